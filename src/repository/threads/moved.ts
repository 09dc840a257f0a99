/** What a function in a thread answers when buffers in its answer are to move instead of being copied. */
export class Moved<Value> {
  readonly value: Value
  readonly transfer: readonly ArrayBuffer[]

  constructor(value: Value, ...transfer: ArrayBuffer[]) {
    this.value = value
    this.transfer = transfer
  }
}

/** The memory behind bytes that nobody shares, to be moved. */
export function memoryOf(bytes: Uint8Array): ArrayBuffer {
  if (bytes.buffer instanceof ArrayBuffer) return bytes.buffer
  throw new TypeError('shared memory does not move')
}

/** The same bytes in memory that holds nothing else, so that it can be moved: a copy if need be. */
export function ownMemory(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.length) return bytes
  const own = Buffer.allocUnsafeSlow(bytes.length)
  own.set(bytes)
  return own
}
