/** Makes any text a file name that every disk can hold, Windows' included, without losing more of it than needed. */
import { longestName } from './format/node-order.ts'

const forbidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>:"/\\|?*]/gu
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i
const longestExtension = 16

/**
 * @param name any text, with lone surrogates, controls or nothing in it
 * @param uniqueSuffix put before the extension as `~suffix`, and kept when the name is shortened; must itself be a good name
 * @returns at most 255 bytes of UTF-8, never empty, `.` or `..`, without `/`, controls, characters Windows refuses, reserved
 *   device names, or a dot or space at the end
 */
export function sanitizeName(name: string, uniqueSuffix?: string): string {
  let clean = name.toWellFormed().normalize('NFC').replace(forbidden, '_')
  clean = withoutTail(clean.trimStart())
  if (clean === '') clean = '_'
  if (reserved.test(clean)) clean = `_${clean}`
  const suffix = uniqueSuffix === undefined ? '' : `~${uniqueSuffix}`
  const { stem, extension } = splitExtension(clean)
  const room = longestName - Buffer.byteLength(suffix + extension)
  const short = withoutTail(firstBytes(stem, room))
  return `${short === '' ? '_' : short}${suffix}${extension}`
}

/** No expression: one that looks for an end begins anew at each of a million dots. */
function withoutTail(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === ' ')) end -= 1
  return text.slice(0, end)
}

function splitExtension(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || Buffer.byteLength(name.slice(dot)) > longestExtension) return { stem: name, extension: '' }
  return { stem: name.slice(0, dot), extension: name.slice(dot) }
}

/** The beginning of a text that fits into so many bytes of UTF-8, cut between characters as people see them. */
function firstBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    used += Buffer.byteLength(segment)
    if (used > limit) break
    kept += segment
  }
  return kept
}
