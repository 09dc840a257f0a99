/**
 * The outer keys as the database knows them by their ids, held against the keys that were given at the start. The state of a
 * rotation is in both places, so that it can be taken up after a kill at any line:
 *
 *   key file      waiting file   database says          what it means
 *   K0            -              K0 current             nothing is under way
 *   K0            K1             K0 current             killed before the database knew K1: K1 is thrown away
 *   K0            K1             K1 current, K0 retiring   values are being brought to K1
 *   K0            K1             K1 current, K0 retired    killed before K1 took the place of the file: it does now
 *   K1            -              K1 current             done
 *
 * Where the key is not the server's to change, an operator gives the new one with the one before beside it, and the same begins at 'K1
 * current, K0 retiring'.
 */
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { createSecretBox, type KeyRing, outerKeyId } from '../secret-box.ts'
import {
  installNextKey,
  type KeyPlace,
  makeKeyFile,
  nextKeyFile,
  readKey,
  removeNextKey,
  sourceOf,
} from './key-file.ts'
import { countSealedBy } from './sealed-columns.ts'

export interface KeyPlaces {
  readonly key: KeyPlace
  /** The one before, where the operator has changed the key. */
  readonly previousKey?: KeyPlace | null | undefined
}

/**
 * Opens the ring of keys for this database. A missing key file is made only for a database that no key belongs to yet. Throws
 * SEC_KEY_MISSING, SEC_KEY_WRONG, SEC_KEY_RETIRED, SEC_KEY_PREVIOUS_MISSING and what `readKey` throws.
 */
export async function openKeyRing(db: Database, clock: Clock, places: KeyPlaces): Promise<KeyRing> {
  const { key: place, previousKey = null } = places
  const file = 'file' in place && !place.credential ? place.file : null
  const known = await db.selectFrom('outer_keys').selectAll().execute()
  const current = known.find(({ state }) => state === 'current')?.key_id

  const primary = readKey(place) ?? (current === undefined ? makeKey(place) : null)
  if (primary === null) throw fail('SEC_KEY_MISSING', { file: sourceOf(place) })
  const primaryId = outerKeyId(primary)
  const next = file === null ? null : readKey({ file: nextKeyFile(file) })
  const previous = previousKey === null ? null : readKey(previousKey)
  if (previousKey && !previous) throw fail('SEC_KEY_MISSING', { file: sourceOf(previousKey) })

  if (current === undefined) {
    await beginKey(db, clock, primaryId, sourceOf(place), null)
    return createSecretBox(primary)
  }
  const others = [primary, previous].filter((one) => one !== null)
  if (next && outerKeyId(next) === current) {
    const before = known.find(({ key_id }) => key_id === primaryId)
    if (before?.state === 'retired' && file !== null) {
      installNextKey(file)
      return createSecretBox(next)
    }
    return createSecretBox(next, others)
  }
  if (file !== null && next) removeNextKey(file)
  const isNew = !known.some(({ key_id }) => key_id === primaryId)
  const begins = previous !== null && outerKeyId(previous) === current && isNew
  if (current === primaryId || begins) {
    await requireRetiring(db, clock, known, others)
    if (begins) await beginKey(db, clock, primaryId, sourceOf(place), current)
    return createSecretBox(primary, others)
  }
  const retired = known.find(({ key_id }) => key_id === primaryId)?.retired_at
  if (retired) throw fail('SEC_KEY_RETIRED', { source: sourceOf(place), date: retired.toISOString() })
  throw fail('SEC_KEY_WRONG')
}

/** From now on `keyId` seals; the one before is retiring. */
export async function beginKey(
  db: Database,
  clock: Clock,
  keyId: string,
  source: string,
  before: string | null,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (before !== null) {
      await transaction
        .updateTable('outer_keys')
        .set({ state: 'retiring' })
        .where('key_id', '=', before)
        .execute()
    }
    await transaction
      .insertInto('outer_keys')
      .values({ key_id: keyId, state: 'current', source, created_at: new Date(clock.now()) })
      .execute()
  })
}

/** Of keys that are retiring each was given, or nothing needs it any more. */
async function requireRetiring(
  db: Database,
  clock: Clock,
  known: readonly { key_id: string; state: string }[],
  given: readonly Buffer[],
): Promise<void> {
  const ids = new Set(given.map(outerKeyId))
  for (const { key_id: keyId, state } of known) {
    if (state !== 'retiring' || ids.has(keyId)) continue
    const count = await countSealedBy(db, keyId)
    if (count > 0) throw fail('SEC_KEY_PREVIOUS_MISSING', { count, keyId })
    await retireKey(db, clock, keyId)
  }
}

export async function retireKey(db: Database, clock: Clock, keyId: string): Promise<void> {
  await db
    .updateTable('outer_keys')
    .set({ state: 'retired', retired_at: new Date(clock.now()) })
    .where('key_id', '=', keyId)
    .where('state', '=', 'retiring')
    .execute()
}

function makeKey(place: KeyPlace): Buffer | null {
  return 'file' in place && !place.credential ? makeKeyFile(place.file) : null
}
