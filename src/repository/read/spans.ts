/** Which bytes of a pack are read in one request: neighbours together, what lies between them too when it is little. */
import type { BlobLocation } from './blob-index.ts'

/** A gap of this many bytes is cheaper to read than another request. */
const largestGap = 256 * 1024

export interface Span {
  readonly offset: number
  end: number
  readonly blobs: BlobLocation[]
}

/** Spans of some blobs of one pack, in the order of their offsets; none larger than `largest` bytes unless a single blob is. */
export function spansOf(blobs: readonly BlobLocation[], largest = 16 * 1024 * 1024): Span[] {
  const spans: Span[] = []
  for (const blob of blobs.toSorted((a, b) => a.offset - b.offset)) {
    const last = spans.at(-1)
    const end = blob.offset + blob.length
    if (last && blob.offset - last.end <= largestGap && end - last.offset <= largest) {
      last.end = Math.max(last.end, end)
      last.blobs.push(blob)
    } else spans.push({ offset: blob.offset, end, blobs: [blob] })
  }
  return spans
}
