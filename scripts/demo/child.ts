import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { root } from '../run.ts'

/** A program of this checkout that says in its first JSON line on stdout that it is ready. */
export interface ReadyChild<T> {
  readonly process: ChildProcess
  readonly ready: T
  /** SIGTERM, then SIGKILL after 20 seconds. */
  stop(): Promise<void>
}

/**
 * Starts `node FILE ARGUMENT…` and waits for its ready line, at most `limitMilliseconds`. What it writes to stderr goes into
 * the file `log`; its end is part of the error when the program does not get ready.
 */
export async function startReadyChild<T extends { ready: true }>(
  file: string,
  args: readonly string[],
  options: { log: string; limitMilliseconds?: number; environment?: Readonly<Record<string, string>> },
): Promise<ReadyChild<T>> {
  const log = openSync(options.log, 'a', 0o600)
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', log],
    env: { ...process.env, ...options.environment },
    // Its own group: Ctrl-C is handled here, in order.
    detached: true,
  })
  closeSync(log)
  const errors = () => readFileSync(options.log, 'utf8').slice(-4000)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await exited
    clearTimeout(timer)
  }
  const ready = await new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${file} was not ready in time\n${errors()}`)),
      options.limitMilliseconds ?? 120_000,
    )
    child.once('error', reject)
    child.once('exit', (code) =>
      reject(new Error(`${file} ended with code ${code} before it was ready\n${errors()}`)),
    )
    if (!child.stdout) return reject(new Error('no stdout'))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const value = parse(line)
      if (value?.ready !== true) return
      clearTimeout(timer)
      resolve(value as T)
    })
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { process: child, ready, stop }
}

function parse(line: string): { ready?: unknown } | undefined {
  try {
    return JSON.parse(line) as { ready?: unknown }
  } catch {
    return undefined
  }
}
