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
