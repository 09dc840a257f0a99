/** Files that a person names: what they hold, and what is written for them. */
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fail } from './errors.ts'
import { progress } from './terminal.ts'

/** A file of the person at the keyboard; `-` is standard input. @throws CLI_BAD_INPUT when it cannot be read */
export async function readInputFile(path: string): Promise<Buffer> {
  try {
    // Not by the name of its device: that cannot be opened where it is a socket.
    return path === '-' ? await buffer(process.stdin) : await readFile(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('CLI_BAD_INPUT', {
      what: `The file "${path}" cannot be read: ${reason}`,
      remedy: 'Check the path, and that you may read it.',
    })
  }
}

/** A secret in a file, without the line end that editors put there. Secrets are never taken from the command line itself. */
export async function readSecretFile(path: string): Promise<string> {
  return (await readInputFile(path)).toString('utf8').replace(/\r?\n$/, '')
}

/** Writes a file that a person named. @throws CLI_BAD_INPUT when it cannot be written */
export async function writeOutputFile(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('CLI_BAD_INPUT', {
      what: `"${path}" cannot be written: ${reason}`,
      remedy: 'Name a file in a folder that you may write to.',
    })
  }
}

/**
 * Streams a download into a new file, and says from time to time how far it is. Answers its bytes. An existing file is never overwritten.
 * @throws CLI_BAD_INPUT when there is one
 */
export async function saveDownload(content: Readable, path: string): Promise<number> {
  let bytes = 0
  let said = 0
  content.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes - said < 8_000_000) return
    said = bytes
    progress(`${Math.floor(bytes / 1_000_000)} MB`)
  })
  // 'wx': an existing file is never overwritten.
  await pipeline(content, createWriteStream(path, { flags: 'wx' })).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw fail('CLI_BAD_INPUT', { what: `${path} exists already.`, remedy: 'Give another file name.' })
    throw error
  })
  if (said > 0) progress(`${Math.floor(bytes / 1_000_000)} MB`, true)
  return bytes
}
