import { randomBytes, randomInt } from 'node:crypto'

/**
 * The same mail in other words: new boundaries and another order of header fields, as Exchange may write them on each
 * download. Only what is certainly structure is touched; decoded content stays equal, byte for byte.
 */

const fieldName = /^([!-9;-~]+)[ \t]*:/

/** The fields of a header block with their folded lines, or undefined if the block is not a clean header. */
const fieldsOf = (block: string): readonly { readonly name: string; readonly text: string }[] | undefined => {
  const fields: { name: string; text: string }[] = []
  for (const line of block.split(/(?<=\n)/)) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (!last) return undefined
      last.text += line
    } else {
      const name = fieldName.exec(line)?.[1]
      if (name === undefined) return undefined
      fields.push({ name: name.toLowerCase(), text: line })
    }
  }
  return fields
}

/** Another order of names; fields of the same name keep theirs. */
const reorder = (fields: readonly { readonly name: string; readonly text: string }[]): string => {
  const names = [...new Set(fields.map((field) => field.name))]
  for (let index = names.length - 1; index > 0; index--) {
    const other = randomInt(index + 1)
    const held = names[index] ?? ''
    names[index] = names[other] ?? ''
    names[other] = held
  }
  return names
    .flatMap((name) => fields.filter((field) => field.name === name).map((field) => field.text))
    .join('')
}

const boundaryParameter =
  /^Content-Type:[ \t]*multipart\/[^\n]*?(?:\n[ \t][^\n]*?)*?\bboundary="?([^"\s;]{10,70})"?/gim
const escapeExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

const occurrences = (text: string, part: string): number => text.split(part).length - 1

/** Renames a boundary if it occurs nowhere but in its parameter and in delimiter lines. */
const renameBoundary = (text: string, boundary: string): string => {
  const literal = escapeExpression(boundary)
  const declared = text.match(new RegExp(`boundary="?${literal}(?=["\\s;])`, 'gi'))?.length ?? 0
  const delimiters = text.match(new RegExp(`^--${literal}(?=(?:--)?[ \\t]*\\r?$)`, 'gm'))?.length ?? 0
  if (declared !== 1 || delimiters < 2 || declared + delimiters !== occurrences(text, boundary)) return text
  return text.replaceAll(
    boundary,
    `_${randomBytes(Math.ceil(boundary.length / 2)).toString('hex')}`.slice(0, boundary.length),
  )
}

/** A new form of the bytes with equal decoded content; the bytes themselves where no change is safe. */
export const rewriteMime = (bytes: Buffer): Buffer => {
  let text = bytes.toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)
  if (!end) return bytes
  const cut = end.index + (end[0].startsWith('\r') ? 2 : 1)
  const fields = fieldsOf(text.slice(0, cut))
  if (!fields || fields.length < 3) return bytes
  // Inside an attached mail every byte is content, so only the outermost boundary may change beside one.
  const scope = /message\//i.test(text) ? text.slice(0, cut) : text
  const boundaries = new Set([...scope.matchAll(boundaryParameter)].map((match) => match[1] ?? ''))
  text = reorder(fields) + text.slice(cut)
  for (const boundary of boundaries) if (boundary !== '') text = renameBoundary(text, boundary)
  return Buffer.from(text, 'latin1')
}
