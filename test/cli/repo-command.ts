/** Runs `bdrcloud repo …` as a person or a script does, in a process of its own. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/run.ts'

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
  /** As another user; for tests that run as root. */
  readonly uid?: number
  /** Sends the signal whenever one resolves. */
  readonly interrupts?: readonly Promise<unknown>[]
  /** Default: `SIGINT`, which is Ctrl-C. */
  readonly interruptBy?: 'SIGINT' | 'SIGTERM'
}

/** Variables of the tests' own environment must not decide anything. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(RESTIC|AWS|AZURE)_/.test(name)),
)

export function repo(parameters: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'repo', ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...clean, ...options.environment },
      timeout: 120_000,
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
    const { interrupts = [], interruptBy = 'SIGINT' } = options
    for (const moment of interrupts) moment.then(() => child.kill(interruptBy), reject)
  })
}

/** A command line on one repository. */
export function repoOn(environment: Readonly<Record<string, string>>) {
  const run = (...parameters: string[]) => repo(parameters, { environment })
  return {
    run,
    /** The standard output of a command that must succeed. */
    async text(...parameters: string[]): Promise<string> {
      const { code, out, err } = await run(...parameters)
      assert.equal(code, 0, `${parameters.join(' ')}: ${err}${out}`)
      return out
    },
    /** The lines of a command that must succeed, parsed; status lines left out. */
    async json(...parameters: string[]): Promise<unknown[]> {
      const { code, out, err } = await run(...parameters, '--json')
      assert.equal(code, 0, `${parameters.join(' ')}: ${err}${out}`)
      return jsonLines(out)
    },
  }
}

export function jsonLines(out: string): unknown[] {
  return out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
    .filter((value) => !isStatus(value))
}

function isStatus(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'message_type' in value && value.message_type === 'status'
  )
}
