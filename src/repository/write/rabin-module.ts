/**
 * The inner loop of the chunker as WebAssembly, assembled here by hand: 64-bit arithmetic that JavaScript lacks, and four places of the
 * content looked at in turn, since each step of one place waits for the one before. A fingerprint depends on the last 64 bytes only,
 * so that one can begin anywhere.
 *
 * Memory: the two tables, then the bytes. Functions: `scan(from, end)` looks at the windows that end at `from + 64` up to `end + 64` and
 * answers where the first window ends whose fingerprint has only zeros below the mask, or 0; `scanFour(from, length)` does
 * the same for four times `length` windows.
 */
const outTable = 0
const modTable = 2048
export const tableBytes = 4096
export const windowSize = 64

const i32 = 0x7f
const i64 = 0x7e

type Code = readonly number[]

/** LEB128, as WebAssembly writes numbers. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}
function constant(value: number): Code {
  const bytes: number[] = [0x41]
  for (let rest = value; ; rest >>= 7) {
    const last = rest >= -64 && rest < 64
    bytes.push((rest & 0x7f) | (last ? 0 : 0x80))
    if (last) return bytes
  }
}
const long = (value: number): Code => [0x42, ...constant(value).slice(1)]
const get = (local: number): Code => [0x20, local]
const set = (local: number, value: Code): Code => [...value, 0x21, local]
const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
const byteAt = (address: Code, offset: number): Code => [...address, 0x2d, 0, ...unsigned(offset)]
const entry = (table: number, index: Code): Code => [
  ...index,
  ...constant(3),
  0x74,
  0x29,
  3,
  ...unsigned(table),
]
const when = (condition: Code, code: Code): Code => [...condition, 0x04, 0x40, ...code, 0x0b]
/** Repeats `code` while `condition` holds after it. */
const repeat = (code: Code, condition: Code): Code => [0x03, 0x40, ...code, ...condition, 0x0d, 0, 0x0b]
const below = (a: Code, b: Code): Code => [...a, ...b, 0x49]
const vector = (parts: readonly Code[]): Code => [...unsigned(parts.length), ...parts.flat()]
const section = (id: number, body: Code): Code => [id, ...unsigned(body.length), ...body]

/** Appends a byte to a fingerprint: shift, then reduce by what was shifted out at the top (degree 53). */
const append = (hash: number, byte: Code): Code => {
  const top: Code = [...get(hash), ...long(45), 0x88, 0xa7]
  const shifted: Code = [...get(hash), ...long(8), 0x86, ...byte, 0xad, 0x84]
  return set(hash, [...shifted, ...entry(modTable, top), 0x85])
}
/** Moves a window whose first byte is at `pointer` one on. */
const slide = (hash: number, pointer: number): Code => [
  ...set(hash, [...get(hash), ...entry(outTable, byteAt(get(pointer), 0)), 0x85]),
  ...append(hash, byteAt(get(pointer), windowSize)),
  ...set(pointer, add(get(pointer), constant(1))),
]
const isCut = (hash: number, mask: number): Code => [...get(hash), 0xa7, ...constant(mask), 0x71, 0x45]
const answer = (pointer: number): Code => [...add(get(pointer), constant(windowSize)), 0x0f]

function body(locals: readonly (readonly [count: number, type: number])[], code: Code): Code {
  const content = [
    ...vector(locals.map(([count, type]) => [...unsigned(count), type])),
    ...code,
    ...constant(0),
    0x0b,
  ]
  return [...unsigned(content.length), ...content]
}

/** Parameters 0 from, 1 end; local 2 pointer, 3 hash. */
function scan(mask: number): Code {
  const [from, end, pointer, hash] = [0, 1, 2, 3]
  const code = [
    ...set(pointer, get(from)),
    ...repeat(
      [...append(hash, byteAt(get(pointer), 0)), ...set(pointer, add(get(pointer), constant(1)))],
      below(get(pointer), add(get(from), constant(windowSize))),
    ),
    ...repeat([...slide(hash, from), ...when(isCut(hash, mask), answer(from))], below(get(from), get(end))),
  ]
  return body(
    [
      [1, i32],
      [1, i64],
    ],
    code,
  )
}

/** Parameters 0 from, 1 length; locals 2 to 5 pointers, 6 to 8 the first cuts of the later lanes, 9 end, 10 to 13 hashes. */
function scanFour(mask: number): Code {
  const [from, length, end] = [0, 1, 9]
  const pointers = [2, 3, 4, 5]
  const cuts = [0, 6, 7, 8]
  const hashes = [10, 11, 12, 13]
  const lanes = [0, 1, 2, 3]
  const at = (list: readonly number[], lane: number) => list[lane] ?? 0
  const start = lanes.flatMap((lane) => {
    const before = lane === 0 ? get(from) : add(get(at(pointers, lane - 1)), get(length))
    return set(at(pointers, lane), before)
  })
  const warmUp = lanes.flatMap((lane) => [
    ...append(at(hashes, lane), byteAt(get(at(pointers, lane)), 0)),
    ...set(at(pointers, lane), add(get(at(pointers, lane)), constant(1))),
  ])
  const found = lanes.flatMap((lane) => {
    const [pointer, cut] = [at(pointers, lane), at(cuts, lane)]
    const remember = when([...get(cut), 0x45], set(cut, add(get(pointer), constant(windowSize))))
    return when(isCut(at(hashes, lane), mask), lane === 0 ? answer(pointer) : remember)
  })
  const [one, ...others] = lanes.map((lane) => isCut(at(hashes, lane), mask))
  const anyCut = [...(one ?? []), ...others.flatMap((code) => [...code, 0x72])]
  const step = lanes.flatMap((lane) => slide(at(hashes, lane), at(pointers, lane)))
  const code = [
    ...start,
    ...repeat(warmUp, below(get(2), add(get(from), constant(windowSize)))),
    ...start,
    ...set(end, add(get(from), get(length))),
    ...repeat([...step, ...when(anyCut, found)], below(get(2), get(end))),
    ...[1, 2, 3].flatMap((lane) => when(get(at(cuts, lane)), [...get(at(cuts, lane)), 0x0f])),
  ]
  return body(
    [
      [8, i32],
      [4, i64],
    ],
    code,
  )
}

/** The types of the platform know WebAssembly only together with a browser. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

export interface RabinModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly scan: (from: number, end: number) => number
  readonly scanFour: (from: number, length: number) => number
}

/** Makes the module, with `pages` pages (64 KiB each) of memory and empty tables. A cut has zeros where `mask` has ones. */
export function rabinModule(mask: number, pages: number): RabinModule {
  const name = (text: string): Code => [text.length, ...Buffer.from(text)]
  const magic: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  const bytes = Uint8Array.from([
    ...magic,
    ...section(1, vector([[0x60, 2, i32, i32, 1, i32]])),
    ...section(3, vector([[0], [0]])),
    ...section(5, vector([[0, ...unsigned(pages)]])),
    ...section(
      7,
      vector([
        [...name('memory'), 2, 0],
        [...name('scan'), 0, 0],
        [...name('scanFour'), 0, 1],
      ]),
    ),
    ...section(10, vector([scan(mask), scanFour(mask)])),
  ])
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as RabinModule
}
