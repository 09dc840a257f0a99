/** Every form in which a secret could have got somewhere, and a search for very many of them at once. */

export interface Secret {
  readonly name: string
  readonly value: Buffer
}

export interface Found {
  readonly secret: string
  readonly form: string
}

interface Needle extends Found {
  readonly bytes: Buffer
}

/** Shorter ones would be found by chance. */
const shortest = 10

/** Base64 within a longer text: the same bytes have three spellings, and those at both ends depend on the neighbours. */
function base64Spellings(value: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), value])
      .toString('base64')
      .replaceAll('=', '')
    const start = before === 0 ? 0 : before + 1
    const whole = (before + value.length) % 3 === 0
    return text.slice(start, whole ? undefined : -1)
  })
}

export function formsOf({ name, value }: Secret): Needle[] {
  const text = value.toString('utf8')
  const isText = Buffer.from(text).equals(value)
  const base64 = base64Spellings(value)
  const forms: [string, string | Buffer][] = [
    ['plain', value],
    ['hexadecimal', value.toString('hex')],
    ['HEXADECIMAL', value.toString('hex').toUpperCase()],
    ...base64.map((one): [string, string] => ['base64', one]),
    ...base64.map((one): [string, string] => ['base64url', one.replaceAll('+', '-').replaceAll('/', '_')]),
  ]
  if (isText) {
    forms.push(
      ['percent-encoded', encodeURIComponent(text)],
      ['form', new URLSearchParams({ x: text }).toString().slice(2)],
      ['JSON', JSON.stringify(text).slice(1, -1)],
      ['JSON twice', JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1)],
    )
  }
  const seen = new Set<string>()
  return forms.flatMap(([form, one]) => {
    const bytes = Buffer.from(one)
    const key = bytes.toString('latin1')
    if (bytes.length < shortest || seen.has(key)) return []
    seen.add(key)
    return [{ secret: name, form, bytes }]
  })
}

export interface Search {
  /** What is in these bytes. */
  in(data: Uint8Array): Found[]
  /** Bytes that one part of a large thing must share with the next. */
  readonly overlap: number
  readonly needles: number
}

const bits = 22
const wordAt = (data: Uint8Array, at: number) =>
  ((data[at] ?? 0) |
    ((data[at + 1] ?? 0) << 8) |
    ((data[at + 2] ?? 0) << 16) |
    ((data[at + 3] ?? 0) << 24)) >>>
  0
const slotOf = (word: number) => Math.imul(word, 0x9e37_79b1) >>> (32 - bits)

/** Looks at the first four bytes of every place, and compares the few that fit. */
export function createSearch(secrets: readonly Secret[]): Search {
  const needles = secrets.flatMap(formsOf)
  const filter = new Uint8Array(1 << bits)
  const byWord = new Map<number, Needle[]>()
  for (const needle of needles) {
    const word = wordAt(needle.bytes, 0)
    filter[slotOf(word)] = 1
    const others = byWord.get(word)
    if (others) others.push(needle)
    else byWord.set(word, [needle])
  }
  return {
    needles: needles.length,
    overlap: Math.max(0, ...needles.map(({ bytes }) => bytes.length)),
    in: (bytes) => {
      const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const found = new Map<string, Found>()
      let word = wordAt(data, 0)
      for (let at = 0; at + 4 <= data.length; word = (word >>> 8) | ((data[at + 4] ?? 0) << 24), at += 1) {
        // Most of what is looked through is empty.
        if (word === 0 || filter[slotOf(word)] !== 1) continue
        for (const needle of byWord.get(word >>> 0) ?? []) {
          const end = at + needle.bytes.length
          if (end > data.length || data.compare(needle.bytes, 0, needle.bytes.length, at, end) !== 0) continue
          found.set(`${needle.secret} ${needle.form}`, { secret: needle.secret, form: needle.form })
        }
      }
      return [...found.values()]
    },
  }
}
