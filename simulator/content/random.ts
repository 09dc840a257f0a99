/**
 * Seeded chance. The same label gives the same numbers on every machine and in every run, so that a mailbox
 * can be described again at any time instead of being kept in memory.
 */

export type Random = {
  /** A number from 0 (included) to 1 (excluded). */
  readonly next: () => number
  /** A whole number from `low` to `high`, both included. */
  readonly integer: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly [T, ...T[]]) => T
}

const scramble = (label: string): [number, number, number, number] => {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let index = 0; index < label.length; index++) {
    const code = label.charCodeAt(index)
    a = b ^ Math.imul(a ^ code, 597399067)
    b = c ^ Math.imul(b ^ code, 2869860233)
    c = d ^ Math.imul(c ^ code, 951274213)
    d = a ^ Math.imul(d ^ code, 2716044179)
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0]
}

/** A generator that depends on nothing but its label. */
export const seededRandom = (label: string): Random => {
  let [a, b, c, d] = scramble(label)
  const step = (): number => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 4294967296
  }
  for (let round = 0; round < 12; round++) step()
  return {
    next: step,
    integer: (low, high) => low + Math.floor(step() * (high - low + 1)),
    chance: (probability) => step() < probability,
    pick: (list) => list[Math.floor(step() * list.length)] ?? list[0],
  }
}

/** `size` bytes that depend only on the label: noise, or lines of text that compress as documents do. */
export const seededBytes = (label: string, size: number, kind: 'noise' | 'text'): Buffer => {
  let [state] = scramble(label)
  state = state === 0 ? 1 : state
  const words = new Uint32Array(Math.ceil(size / 4))
  for (let index = 0; index < words.length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[index] = state
  }
  const bytes = Buffer.from(words.buffer, 0, size)
  if (kind === 'text')
    for (let index = 0; index < size; index++)
      bytes[index] = index % 73 === 72 ? 10 : 97 + ((bytes[index] ?? 0) & 15)
  return bytes
}
