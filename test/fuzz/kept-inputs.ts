/**
 * Inputs that once made a decoder fail, kept for ever: each is read on every run. A run that finds a new one writes it here, and whoever
 * mends the decoder commits both.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../../scripts/run.ts'
import { idOf } from '../../src/repository/format/blob-id.ts'

const folder = join(root, 'test/fuzz/kept')

export interface KeptInput {
  readonly name: string
  readonly bytes: Buffer
}

/** The kept inputs of a decoder, in the order of their names. */
export function keptInputs(decoder: string): KeptInput[] {
  const files = join(folder, decoder)
  if (!existsSync(files)) return []
  return readdirSync(files)
    .toSorted()
    .map((name) => ({ name, bytes: readFileSync(join(files, name)) }))
}

/** The decoders that something is kept of. */
export function keptDecoders(): string[] {
  return readdirSync(folder).toSorted()
}

/** Keeps an input, and answers where, relative to the project. */
export function keepInput(decoder: string, bytes: Uint8Array): string {
  mkdirSync(join(folder, decoder), { recursive: true })
  const path = join(folder, decoder, `found-${idOf(bytes).slice(0, 12)}.bin`)
  writeFileSync(path, bytes)
  return relative(root, path)
}
