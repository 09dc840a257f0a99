/** Loads one blob, from its second place when the first is damaged. */
import { isAppError } from '../../errors/index.ts'
import type { Backend } from '../backend.ts'
import { fail } from '../errors.ts'
import type { MasterKey } from '../format/crypto.ts'
import type { BlobType } from '../repository.ts'
import type { BlobLocation } from './blob-index.ts'
import { openBlob } from './open-blob.ts'
import { openLoaded } from './open-loaded.ts'

export interface BlobSource {
  readonly backend: Backend
  readonly key: MasterKey
  readonly warn: (details: object, message: string) => void
}

/** Errors: `STO_BLOB_UNKNOWN` (no places), `STO_BLOB_DAMAGED` (none of them is good), `STO_STORAGE_FAILED`. */
export async function loadBlobFrom(
  { backend, key, warn }: BlobSource,
  type: BlobType,
  id: string,
  places: readonly BlobLocation[],
  signal?: AbortSignal,
): Promise<Buffer> {
  let damage: { readonly pack: string; readonly cause: unknown } | undefined
  for (const place of places) {
    try {
      const { pack, offset, length } = place
      return await openLoaded(
        () => backend.load('data', pack, { offset, length }, signal),
        (sealed) => openBlob(key, pack, place, sealed),
      )
    } catch (cause) {
      signal?.throwIfAborted()
      if (isAppError(cause, 'STO_STORAGE_FAILED', 'STO_STORAGE_DENIED', 'STO_STORAGE_UNSUITABLE')) throw cause
      warn({ error: cause, blob: id, pack: place.pack }, 'a copy of a blob cannot be read')
      damage = { pack: place.pack, cause }
    }
  }
  if (!damage) throw fail('STO_BLOB_UNKNOWN', { type, blob: id })
  throw fail('STO_BLOB_DAMAGED', { type, blob: id, pack: damage.pack }, damage.cause)
}
