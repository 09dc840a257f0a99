/** Content for uploads: piece after piece, and back to where the other side is, without holding more than one piece. */
import type { Content } from './content.ts'

export interface PieceReader {
  /** The bytes from `offset` on, at most `length`: fewer only at the end. @throws what reading throws */
  read(offset: number, length: number): Promise<Buffer>
  close(): Promise<void>
}

export function pieceReader(content: Content): PieceReader {
  let source: AsyncIterator<Uint8Array> | undefined
  let rest: Uint8Array = Buffer.alloc(0)
  /** Of the first byte of `rest`. */
  let position = 0
  let last: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) }

  async function close(): Promise<void> {
    await source?.return?.()
    source = undefined
  }

  async function next(): Promise<boolean> {
    source ??= content.open()[Symbol.asyncIterator]()
    const { done, value } = await source.next()
    if (done === true) return false
    rest = value
    return true
  }

  async function take(length: number, keep: boolean): Promise<Buffer> {
    const taken: Uint8Array[] = []
    for (let left = length; left > 0; ) {
      if (rest.length === 0 && !(await next())) break
      const part = rest.subarray(0, left)
      if (keep) taken.push(part)
      rest = rest.subarray(part.length)
      position += part.length
      left -= part.length
    }
    return Buffer.concat(taken)
  }

  return {
    async read(offset, length) {
      // The other side has part of the last piece, or none of it.
      if (offset >= last.offset && offset < last.offset + last.bytes.length)
        return last.bytes.subarray(offset - last.offset)
      if (offset < position) {
        await close()
        rest = Buffer.alloc(0)
        position = 0
      }
      await take(offset - position, false)
      last = { offset, bytes: await take(length, true) }
      return last.bytes
    },
    close,
  }
}
