/**
 * Content lines of iCalendar (RFC 5545, section 3.1) and vCard (RFC 6350, section 3.2): both fold after 75 bytes and end in CRLF; the escapes
 * of texts are the same, those of parameters are RFC 6868's.
 */
const longestLine = 75

export interface ContentLine {
  readonly name: string
  readonly parameters?: Readonly<Record<string, string>>
  /** As it stands in the file: texts have to be escaped before. */
  readonly value: string
}

/** A text as a value: without control characters, which no reader takes. */
export function escapeText(text: string): string {
  return withoutControls(text)
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\r|\n/g, '\\n')
}

function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
}

function escapeParameter(text: string): string {
  const safe = withoutControls(text)
    .replaceAll('^', '^^')
    .replaceAll(/\r\n|\r|\n/g, '^n')
    .replaceAll('"', "^'")
  return /[:;,^]/.test(safe) ? `"${safe}"` : safe
}

/** One line, folded between characters, with its CRLF. */
export function contentLine({ name, parameters = {}, value }: ContentLine): string {
  const written = Object.entries(parameters).map(([key, text]) => `;${key}=${escapeParameter(text)}`)
  return fold(`${name}${written.join('')}:${value.replaceAll(/[\r\n]/g, '')}`)
}

function fold(line: string): string {
  if (Buffer.byteLength(line) <= longestLine) return `${line}\r\n`
  const parts: string[] = []
  let part = ''
  let bytes = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (bytes + size > longestLine) {
      parts.push(part)
      part = ''
      // The space that marks the continuation counts too.
      bytes = 1
    }
    part += character
    bytes += size
  }
  return `${[...parts, part].join('\r\n ')}\r\n`
}

/** Bytes as the value of a line, in pieces: what is before the value, base64 folded, CRLF. */
export async function* binaryLine(
  name: string,
  parameters: Readonly<Record<string, string>>,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  yield contentLine({
    name,
    parameters: { ...parameters, ENCODING: 'BASE64', VALUE: 'BINARY' },
    value: '',
  }).slice(0, -2)
  // 54 bytes are 72 characters, and no piece but the last ends in signs that fill it up.
  const piece = 54
  let rest = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const all = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk])
    const whole = all.length - (all.length % piece)
    const lines: string[] = []
    for (let start = 0; start < whole; start += piece)
      lines.push(`\r\n ${all.toString('base64', start, start + piece)}`)
    if (lines.length > 0) yield lines.join('')
    rest = all.subarray(whole)
  }
  yield `${rest.length > 0 ? `\r\n ${rest.toString('base64')}` : ''}\r\n`
}

export interface ReadLine {
  readonly name: string
  readonly parameters: Readonly<Record<string, string>>
  readonly value: string
}

/** One unfolded line, or as much of it as there is: undefined before the value begins. */
export function readContentLine(line: string): ReadLine | undefined {
  const match = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;,]*))*):(.*)$/s.exec(line)
  if (!match?.[1]) return undefined
  const parameters = [...(match[2] ?? '').matchAll(/;([A-Za-z0-9-]+)=(?:"([^"]*)"|([^":;,]*))/g)].map(
    ([, key = '', quoted, bare]) => [key, unescapeParameter(quoted ?? bare ?? '')],
  )
  return { name: match[1], parameters: Object.fromEntries(parameters), value: match[3] ?? '' }
}

function unescapeParameter(text: string): string {
  return text.replaceAll(/\^([n'^])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign === "'" ? '"' : '^'))
}
