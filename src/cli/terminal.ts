/** What a person sees and types: tables, progress lines, questions. Everything but the result goes to stderr. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { fail } from './errors.ts'

/** One JSON value as the only thing on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Columns padded to their widest cell; control characters taken out, since names come from other people. */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): void {
  const cells = [header, ...rows].map((row) => row.map((cell) => plain(String(cell ?? '–'))))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  for (const row of cells)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
}

/** Text without control characters: a subject must not drive the terminal. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
}

/** Rewrites one line on a terminal; elsewhere prints a line only when `final`. */
export function progress(line: string, final = false): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}${final ? '\n' : ''}`)
  else if (final) process.stderr.write(`${line}\n`)
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A JSON line for a program that follows what a person would read. */
export function noteJson(value: object): void {
  process.stderr.write(`${JSON.stringify(value)}\n`)
}

export function isTerminal(): boolean {
  return process.stdin.isTTY === true
}

/** Lets a person choose from a numbered list; the first is taken by Enter. @throws CLI_NO_TERMINAL */
export async function choose<T>(
  question: string,
  flag: string,
  choices: ReadonlyArray<readonly [value: T, label: string]>,
): Promise<T> {
  if (!isTerminal()) throw fail('CLI_NO_TERMINAL', { question, flag })
  for (const [index, [, label]] of choices.entries()) note(`  ${index + 1}. ${label}`)
  for (;;) {
    const answer = (await ask(`${question} [1]`, flag)).trim()
    const chosen = choices[answer === '' ? 0 : Number(answer) - 1]
    if (chosen) return chosen[0]
    note(`Type a number from 1 to ${choices.length}.`)
  }
}

/** Asks at the terminal. `flag` names the way to answer without one. */
export async function ask(
  question: string,
  flag: string,
  options: { hidden?: boolean } = {},
): Promise<string> {
  if (!process.stdin.isTTY) throw fail('CLI_NO_TERMINAL', { question, flag })
  const quiet = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({
    input: process.stdin,
    output: options.hidden ? quiet : process.stderr,
    terminal: true,
  })
  // From here on the terminal echoes nothing by itself: who types at once, or pastes, must not see a secret.
  process.stderr.write(`${question}: `)
  try {
    return await lines.question('')
  } finally {
    lines.close()
    if (options.hidden) process.stderr.write('\n')
  }
}

/** Goes on only with a yes, from the terminal or by `flag`. @throws CLI_NOT_CONFIRMED, CLI_NO_TERMINAL */
export async function confirm(question: string, flag: string, given: boolean | undefined): Promise<void> {
  if (given) return
  const answer = await ask(`${question} [y/N]`, flag)
  if (!/^y(es)?$/i.test(answer.trim())) throw fail('CLI_NOT_CONFIRMED', { question })
}
