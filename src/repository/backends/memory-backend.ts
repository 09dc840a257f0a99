/** A storage place in this process's memory: a true implementation, for tests, drills and scratch repositories. */
import type { Backend, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { checkedName } from './file-name.ts'

/** An empty place in memory, gone with the last reference to it. */
export function memoryBackend(): Backend {
  const files = new Map<string, Buffer>()
  const path = (type: FileType, name: string) => `${type}/${checkedName(type, name)}`
  return {
    features: { kind: 'memory', durable: false, appendOnly: false },
    async save(type, name, bytes, signal) {
      signal?.throwIfAborted()
      const key = path(type, name)
      if (files.has(key)) throw fail('STO_FILE_EXISTS', { type, name })
      files.set(key, Buffer.from(bytes))
    },
    async load(type, name, range, signal) {
      signal?.throwIfAborted()
      const file = files.get(path(type, name))
      if (!file) throw fail('STO_FILE_MISSING', { type, name })
      if (!range) return Buffer.from(file)
      const end = range.offset + range.length
      if (end > file.length) throw fail('STO_FILE_TOO_SHORT', { type, name, size: file.length, end })
      return Buffer.from(file.subarray(range.offset, end))
    },
    async *list(type, signal) {
      for (const [key, file] of files) {
        signal?.throwIfAborted()
        const [found, name = ''] = key.split('/')
        if (found === type) yield { name, size: file.length }
      }
    },
    async remove(type, name, signal) {
      signal?.throwIfAborted()
      if (!files.delete(path(type, name))) throw fail('STO_FILE_MISSING', { type, name })
    },
    async stat(type, name) {
      const file = files.get(path(type, name))
      return file && { size: file.length }
    },
    async close() {},
  }
}
