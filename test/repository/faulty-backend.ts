/**
 * A place that does its work badly, the same way for the same seed: requests and answers are lost, delayed, cut, delivered twice or in
 * another order, bytes change on the way, writes leave halves of files.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { errorFactory } from '../../src/errors/index.ts'
import { type Backend, type FileType, repositoryErrors, type StoredFile } from '../../src/repository/index.ts'

const fail = errorFactory(repositoryErrors)

/** Chances from 0 to 1 for each request. */
export interface Faults {
  /** The request never arrives. */
  readonly dropRequest?: number
  /** It is done, and the answer never arrives. */
  readonly dropAnswer?: number
  /** Nothing ever comes back. */
  readonly hang?: number
  readonly delay?: number
  /** Of a read: a part of the bytes arrives. */
  readonly truncate?: number
  /** Of a read: a bit changes on the way. */
  readonly corrupt?: number
  /** It is done twice. */
  readonly duplicate?: number
  /** Of a write: half of the file stays, and the answer is a failure. */
  readonly tear?: number
  /** Listings come in another order. */
  readonly reorder?: number
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface FaultyBackend extends Backend {
  /** How many faults there were, by kind. */
  readonly counts: Map<keyof Faults, number>
  /** Files of which a half was left. */
  readonly torn: Set<string>
  /** Works well from now on. */
  calm(): void
}

export function faultyBackend(inner: Backend, faults: Faults, seed: number): FaultyBackend {
  const random = seeded(seed)
  const counts = new Map<keyof Faults, number>()
  const torn = new Set<string>()
  let current: Faults = faults
  const happens = (kind: keyof Faults): boolean => {
    if (random() >= (current[kind] ?? 0)) return false
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    return true
  }
  const failed = (action: string, type: FileType, name: string, reason: string) =>
    fail('STO_STORAGE_FAILED', { action, type, name, reason })
  /** One request, with all that can happen to any. */
  const request = async <T>(
    action: string,
    type: FileType,
    name: string,
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    signal?.throwIfAborted()
    if (happens('hang')) return new Promise<T>(() => undefined)
    if (happens('delay')) for (let turns = random() * 20; turns > 0; turns--) await turn()
    if (happens('dropRequest')) throw failed(action, type, name, 'the request was lost')
    const answer = await work()
    if (happens('delay')) for (let turns = random() * 20; turns > 0; turns--) await turn()
    if (happens('dropAnswer')) throw failed(action, type, name, 'the answer was lost')
    return answer
  }
  const twice = async <T>(work: () => Promise<T>): Promise<T> => {
    const answer = await work()
    if (happens('duplicate')) await work().catch(() => undefined)
    return answer
  }
  return {
    features: inner.features,
    counts,
    torn,
    calm() {
      current = {}
    },
    save: (type, name, bytes, signal) =>
      request(
        'save',
        type,
        name,
        async () => {
          if (bytes.length > 1 && happens('tear')) {
            const half = bytes.subarray(0, Math.floor(bytes.length * random()))
            await inner.save(type, name, half, signal)
            torn.add(`${type}/${name}`)
            throw failed('save', type, name, 'the connection broke in the middle')
          }
          await twice(() => inner.save(type, name, bytes, signal))
          torn.delete(`${type}/${name}`)
        },
        signal,
      ),
    load: (type, name, range, signal) =>
      request(
        'load',
        type,
        name,
        async () => {
          const bytes = await inner.load(type, name, range, signal)
          if (happens('truncate')) return bytes.subarray(0, Math.floor(bytes.length * random()))
          if (bytes.length > 0 && happens('corrupt')) {
            const at = Math.floor(bytes.length * random())
            bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(8 * random()))
          }
          return bytes
        },
        signal,
      ),
    async *list(type, signal) {
      await request('list', type, '', async () => undefined, signal)
      const files: StoredFile[] = []
      for await (const file of inner.list(type, signal)) {
        files.push(file)
        if (happens('duplicate')) files.push(file)
      }
      if (happens('reorder')) files.reverse()
      for (const file of files) {
        if (happens('dropAnswer')) throw failed('list', type, '', 'the answer broke off')
        yield file
      }
    },
    remove: (type, name, signal) =>
      request('remove', type, name, () => twice(() => inner.remove(type, name, signal)), signal),
    stat: (type, name, signal) =>
      request('look at', type, name, () => inner.stat(type, name, signal), signal),
    close: async () => undefined,
  }
}
