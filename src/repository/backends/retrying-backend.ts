/**
 * Makes an unreliable place dependable: attempts have a time limit and are repeated, answers that were lost are told apart from
 * refusals by looking at what is there, uploads are checked, cut or damaged downloads are fetched again.
 *
 * Invariant of `save`: it resolves only when the place holds all bytes; a file of another size that a failed attempt of ours left
 * behind is removed and written anew.
 */
import { Readable } from 'node:stream'
import { isAppError } from '../../errors/index.ts'
import type { Backend, ByteRange, FileType, StoredFile } from '../backend.ts'
import { fail } from '../errors.ts'
import { idOf, isId } from '../format/blob-id.ts'
import { checkedName } from './file-name.ts'
import { mayPass, type RetryOptions, waitBefore, withRetries, withTimeLimit } from './retry.ts'

/** How often is tried, and how uploads are checked. */
export interface RetryingOptions extends RetryOptions {
  /** How an upload is checked; `none` is for places that compare a checksum themselves. Default `size`. */
  readonly verifyUploads?: 'none' | 'size' | 'content'
}

/** A place as `inner`, with failures that may pass tried again. Errors: those of `inner`, when they stay. */
export function retryingBackend(inner: Backend, options: RetryingOptions = {}): Backend {
  const { verifyUploads = 'size' } = options
  const load = (type: FileType, name: string, range: ByteRange | undefined, signal?: AbortSignal) =>
    withRetries(options, signal, async (_, limited) => {
      const bytes = await inner.load(type, name, range, limited)
      await refuseCut(inner, type, name, range, bytes, limited)
      return bytes
    })
  const verify = async (type: FileType, name: string, bytes: Uint8Array, signal: AbortSignal) => {
    if (verifyUploads === 'none') return
    const size = (await inner.stat(type, name, signal))?.size
    if (size === undefined)
      throw failed('save', type, name, 'it is not there although its upload was confirmed')
    const same =
      size === bytes.length &&
      (verifyUploads === 'size' || (await inner.load(type, name, undefined, signal)).equals(bytes))
    if (same) return
    await inner.remove(type, name, signal)
    throw failed('save', type, name, `it arrived damaged (${size} of ${bytes.length} bytes)`)
  }
  /** After a lost answer: true when what is there is ours. Removes what an attempt of ours left half. */
  const isOurs = async (type: FileType, name: string, bytes: Uint8Array, signal: AbortSignal) => {
    const found = await inner.load(type, name, undefined, signal)
    if (found.equals(bytes)) return true
    // Under the hash of our bytes nothing else can be right; and what is sealed begins with random bytes, as nothing of another does.
    const half = bytes.subarray(0, found.length)
    if (idOf(bytes) !== name && !found.equals(half)) {
      if ((await inner.load(type, name, undefined, signal)).equals(found)) return false
      throw failed('save', type, name, 'what is there cannot be read')
    }
    await inner.remove(type, name, signal)
    throw failed('save', type, name, 'an interrupted upload had left other bytes')
  }
  const extend: Backend['extendRetention'] =
    inner.extendRetention &&
    ((type, name, until, signal) =>
      withRetries(options, signal, async (_, limited) => inner.extendRetention?.(type, name, until, limited)))
  return {
    features: inner.features,
    async save(type, name, bytes, signal) {
      checkedName(type, name)
      await withRetries(options, signal, async (attempt, limited) => {
        try {
          await inner.save(type, name, bytes, limited)
        } catch (cause) {
          if (attempt === 1 || !isAppError(cause, 'STO_FILE_EXISTS')) throw cause
          if (!(await isOurs(type, name, bytes, limited))) throw cause
        }
        await verify(type, name, bytes, limited)
      })
    },
    async load(type, name, range, signal) {
      let bytes = await load(type, name, range, signal)
      if (range || !isId(name)) return bytes
      // Damaged on the way, or there? The reader names the damage when another look shows the same.
      for (let look = 1; look < (options.attempts ?? 8) && idOf(bytes) !== name; look++) {
        const again = await load(type, name, undefined, signal)
        if (again.equals(bytes)) break
        bytes = again
      }
      return bytes
    },
    list: (type, signal) => listOnce(inner, options, type, signal),
    async remove(type, name, signal) {
      await withRetries(options, signal, async (attempt, limited) => {
        try {
          await inner.remove(type, name, limited)
        } catch (cause) {
          if (attempt === 1 || !isAppError(cause, 'STO_FILE_MISSING')) throw cause
        }
      })
    },
    stat: (type, name, signal) =>
      withRetries(options, signal, (_, limited) => inner.stat(type, name, limited)),
    ...(extend ? { extendRetention: extend } : {}),
    ...(inner.listForeign ? { listForeign: (signal?: AbortSignal) => foreign(inner, signal) } : {}),
    close: () => inner.close(),
  }
}

function foreign(inner: Backend, signal?: AbortSignal): AsyncIterable<string> {
  return inner.listForeign?.(signal) ?? Readable.from([])
}

function failed(action: string, type: FileType, name: string, reason: string): Error {
  return fail('STO_STORAGE_FAILED', { action, type, name, reason })
}

async function refuseCut(
  inner: Backend,
  type: FileType,
  name: string,
  range: ByteRange | undefined,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const expected = range
    ? range.length
    : type === 'config'
      ? (await inner.stat(type, name, signal))?.size
      : undefined
  if (expected === undefined || expected === bytes.length) return
  throw failed('load', type, name, `${bytes.length} of ${expected} bytes arrived`)
}

/**
 * Names come once even when a listing breaks off and begins anew; 32 bytes of each are remembered for that. Attempts that came
 * further than all before do not count: a long listing over a bad line is no broken place.
 */
async function* listOnce(
  inner: Backend,
  options: RetryOptions,
  type: FileType,
  signal?: AbortSignal,
): AsyncIterable<StoredFile> {
  const { attempts = 8, timeLimit = 300_000 } = options
  const seen = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    const controller = new AbortController()
    const both = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal
    const files = inner.list(type, both)[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await withTimeLimit(timeLimit, signal, () => files.next())
        if (next.done) return
        const compact = Buffer.from(next.value.name, 'hex').toString('latin1')
        if (seen.has(compact)) continue
        seen.add(compact)
        attempt = 1
        yield next.value
      }
    } catch (cause) {
      signal?.throwIfAborted()
      if (!mayPass(cause) || attempt >= attempts) throw cause
    } finally {
      controller.abort()
    }
    await waitBefore(options, attempt, signal)
  }
}
