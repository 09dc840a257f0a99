/** Gives memory back without waiting for a garbage collection. */

/**
 * Frees the memory of bytes that only the caller knows, at once. What zlib and OpenSSL answer lies outside of the heap, where the
 * collector feels no pressure: hundreds of megabytes would pile up before it looks.
 */
export function release(bytes: ArrayBufferView): void {
  const { buffer } = bytes
  // Small buffers lie in Node's pool, together with others.
  if (buffer instanceof ArrayBuffer && buffer.byteLength !== Buffer.poolSize) buffer.transfer(0)
}
