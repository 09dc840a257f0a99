import { readFileSync } from 'node:fs'
import { fail } from '../../errors.ts'

/** The text of a file that a flag or a variable names. Throws `CLI_BAD_INPUT`. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    throw fail('CLI_BAD_INPUT', {
      what: `The file ${file} cannot be read (${reason}).`,
      remedy: 'Check that it exists and may be read.',
    })
  }
}
