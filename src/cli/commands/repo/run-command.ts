/** How a `repo` command runs and ends: Ctrl-C cancels, errors become messages and the exit codes restic's users know. */
import { once } from 'node:events'
import { isAppError } from '../../../errors/index.ts'
import type { Repository } from '../../../repository/index.ts'
import { reportError } from '../../command.ts'
import { note, plain, progress } from '../../terminal.ts'
import { codesByError, exitCodes } from './exit-codes.ts'
import { openChosen, type RepositoryOptions } from './repository-options.ts'

/** Runs a command's work. The first Ctrl-C (or SIGTERM) cancels and lets it clean up; the second ends at once. */
export async function runCommand(
  options: RepositoryOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const cancel = new AbortController()
  const onSignal = () => {
    if (cancel.signal.aborted) process.exit(exitCodes.cancelled)
    note('Cancelled; cleaning up. Once more ends at once.')
    cancel.abort(new Error('cancelled'))
  }
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of names) process.on(name, onSignal)
  // Whoever read our output has seen enough, like `head`.
  process.stdout.once('error', () => process.exit(exitCodes.failed))
  try {
    await work(cancel.signal)
  } catch (error) {
    if (cancel.signal.aborted) {
      if (options.json)
        printLine({ message_type: 'exit_error', code: exitCodes.cancelled, message: 'cancelled' })
      process.exitCode = exitCodes.cancelled
      return
    }
    reportError(error, false)
    const code = isAppError(error) ? codesByError[error.code] : undefined
    if (code !== undefined) process.exitCode = code
    if (options.json)
      printLine({
        message_type: 'exit_error',
        code: process.exitCode,
        message: error instanceof Error ? error.message : String(error),
        ...(isAppError(error)
          ? { error: { code: error.code, message: error.message, remedy: error.remedy } }
          : {}),
      })
  } finally {
    for (const name of names) process.off(name, onSignal)
  }
}

/** Runs a command's work on the repository of the flags or the environment; `readIndex`: all but checks and repairs need it. */
export function runOnRepository(
  options: RepositoryOptions,
  work: (repository: Repository, signal: AbortSignal) => Promise<void>,
  readIndex = true,
): Promise<void> {
  return runCommand(options, async (signal) => {
    const repository = await openChosen(options, readIndex, signal)
    try {
      signal.throwIfAborted()
      await work(repository, signal)
    } finally {
      await repository.close()
    }
  })
}

/** One JSON value on a line of its own. */
export function printLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Waits until what was printed is on its way, so that a slow reader of a long list holds it back. */
export async function printed(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
}

/** Text for people, on standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

export interface Reporter {
  /** Shows how far it is: on a terminal as a line that changes, with `--json` as a line a second. */
  status(line: () => string, data: () => object): void
  /** Takes the changing line away. */
  clear(): void
}

/** Milliseconds between two lines: people like it smooth, programs like it sparse. */
const intervals = { terminal: 100, json: 1000 } as const

export function createReporter(options: RepositoryOptions): Reporter {
  let last = 0
  let shown = false
  const interval = options.json ? intervals.json : intervals.terminal
  const silent = options.quiet || (!options.json && !process.stderr.isTTY)
  return {
    status(line, data) {
      if (silent) return
      const now = performance.now()
      if (now - last < interval) return
      last = now
      if (options.json) return printLine({ message_type: 'status', ...data() })
      shown = true
      const width = process.stderr.columns || 80
      progress(
        plain(line())
          .slice(0, width - 1)
          .toWellFormed(),
      )
    },
    clear() {
      if (shown) progress('')
      shown = false
    },
  }
}

/** Like `3 of 12 packs (25 %)`. */
export function shareOf(done: number, total: number, things: string): string {
  return `${done} of ${total} ${things} (${total === 0 ? 100 : Math.floor((100 * done) / total)} %)`
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(3)} ${units[unit]}`
}

export function formatSeconds(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
