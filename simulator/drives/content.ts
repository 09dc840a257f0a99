import { createHash } from 'node:crypto'
import { seededBytes } from '../content/random.ts'
import { createQuickXorHash } from './quick-xor-hash.ts'

/**
 * What is in a file, without holding it: bytes that are at hand, bytes that a label makes again at any time, or a size of zeros
 * with a few marks in it, for files beyond what memory or a disk would hold.
 */
export type FileContent = {
  /** Bytes. */
  readonly size: number
  /** From `start` to before `end`, in pieces; a number stands for so many zeros. */
  readonly pieces: (start: number, end: number) => Iterable<Buffer | number>
}

const block = 256 * 1024

/** The bytes, read when asked for. */
export const bytesContent = (size: number, read: () => Buffer): FileContent => ({
  size,
  pieces: (start, end) => [read().subarray(start, end)],
})

/** As many bytes as asked for, the same for the same label. */
export const generatedContent = (label: string, size: number, kind: 'noise' | 'text'): FileContent => ({
  size,
  pieces: function* (start, end) {
    for (let number = Math.floor(start / block); number * block < end; number++) {
      const from = number * block
      const bytes = seededBytes(`${label}/${number}`, Math.min(block, size - from), kind)
      yield bytes.subarray(Math.max(0, start - from), end - from)
    }
  },
})

/** Parts one after the other. */
export const joinedContent = (parts: readonly (Buffer | number)[]): FileContent => {
  const sizeOf = (part: Buffer | number) => (typeof part === 'number' ? part : part.length)
  return {
    size: parts.reduce<number>((sum, part) => sum + sizeOf(part), 0),
    pieces: function* (start, end) {
      let at = 0
      for (const part of parts) {
        const from = Math.max(0, start - at)
        const to = Math.min(sizeOf(part), end - at)
        if (from < to) yield typeof part === 'number' ? to - from : part.subarray(from, to)
        at += sizeOf(part)
      }
    },
  }
}

/** Zeros with the label at the beginning, in the middle and at the end. */
export const sparseContent = (label: string, size: number): FileContent => {
  const mark = Buffer.from(label.slice(0, 1000))
  if (size < 3 * mark.length) return generatedContent(label, size, 'noise')
  const half = Math.floor((size - 3 * mark.length) / 2)
  return joinedContent([mark, half, mark, size - 3 * mark.length - half, mark])
}

const zeros = Buffer.alloc(block)

/** The same bytes in buffers of at most 256 KiB where there are zeros. */
export function* buffersOf(content: FileContent, start: number, end: number): Iterable<Buffer> {
  for (const piece of content.pieces(start, end)) {
    if (typeof piece !== 'number') yield piece
    else for (let left = piece; left > 0; left -= block) yield zeros.subarray(0, Math.min(block, left))
  }
}

const hashes = new WeakMap<FileContent, string>()

/** quickXorHash, worked out once. */
export const quickXorHashOf = (content: FileContent): string => {
  const known = hashes.get(content)
  if (known !== undefined) return known
  const hash = createQuickXorHash()
  for (const piece of content.pieces(0, content.size)) {
    if (typeof piece === 'number') hash.skip(piece)
    else hash.add(piece)
  }
  const digest = hash.digest()
  hashes.set(content, digest)
  return digest
}

/** SHA-256 in lowercase hex: the truth for tests. */
export const sha256Of = (content: FileContent): string => {
  const hash = createHash('sha256')
  for (const bytes of buffersOf(content, 0, content.size)) hash.update(bytes)
  return hash.digest('hex')
}
