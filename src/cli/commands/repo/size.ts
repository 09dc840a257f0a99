import { fail } from '../../errors.ts'

/** Bytes of a text like `500`, `64k`, `10M` or `1G`; units are powers of 1024, as in restic. Throws `CLI_BAD_INPUT`. */
export function parseBytes(text: string): number {
  const match = /^(\d{1,15})([kmgt]?)(?:i?b)?$/i.exec(text)
  if (!match)
    throw fail('CLI_BAD_INPUT', {
      what: `“${text}” is no size.`,
      remedy: 'Give bytes, or a number like 64K, 10M or 1G.',
    })
  return Number(match[1]) * 1024 ** ' kmgt'.indexOf((match[2] ?? '').toLowerCase() || ' ')
}
