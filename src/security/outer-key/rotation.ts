/**
 * Replaces the outer key while the server works: from the first moment the new one seals and both open, values are brought over one by
 * one, and the key before is retired only once nothing in the database needs it and nothing sealed with it can still come.
 */
import { sql } from 'kysely'
import type { SecretsStatus } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { type KeyRing, outerKeyId } from '../secret-box.ts'
import {
  installNextKey,
  makeKeyFile,
  nextKeyFile,
  readKey,
  removeNextKey,
  requireReplaceable,
  sourceOf,
} from './key-file.ts'
import { beginKey, type KeyPlaces, retireKey } from './outer-keys.ts'
import { countSealedBy, rewrapAll } from './sealed-columns.ts'

export interface OuterKeyRotation {
  status(): Promise<SecretsStatus>
  /** Begins; what is left goes on in the background. Throws SEC_ROTATION_RUNS, SEC_ROTATION_SOURCE, SEC_KEY_FILE_UNWRITABLE. */
  rotate(): Promise<SecretsStatus>
  /** Goes on with a rotation that a stop or a kill interrupted, or that an operator began by giving another key. */
  resume(): void
  /** When nothing is under way any more. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/** Sealed in memory with the key before, but not sent to the database yet: nothing takes that long. */
const settleMilliseconds = 15_000
const retryMilliseconds = 60_000
const pollMilliseconds = 1000

export function createOuterKeyRotation(parts: {
  db: Database
  clock: Clock
  logger: Logger
  ring: KeyRing
  places: KeyPlaces
}): OuterKeyRotation {
  const { db, clock, logger, ring, places } = parts
  const { key: place } = places
  const file = 'file' in place && !place.credential ? place.file : null
  const stopping = new AbortController()
  let work: Promise<void> = Promise.resolve()
  let beginning = false

  const retiring = () =>
    db.selectFrom('outer_keys').selectAll().where('state', '=', 'retiring').orderBy('created_at').execute()

  /** Until every transaction that was open when it was asked has ended: what they wrote can be seen then. */
  async function openTransactionsEnd(): Promise<void> {
    const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(db)
    const mine = BigInt(rows[0]?.id ?? '0')
    for (;;) {
      const oldest = sql<string>`pg_snapshot_xmin(pg_current_snapshot())::text`.as('oldest')
      const found = await db.selectNoFrom(oldest).executeTakeFirst()
      if (BigInt(found?.oldest ?? '0') > mine) return
      await clock.sleep(pollMilliseconds, stopping.signal)
    }
  }

  async function finish(settle: boolean): Promise<void> {
    for (const { key_id: keyId } of await retiring()) {
      let wrapped = await rewrapAll(db, ring, keyId, stopping.signal)
      if (settle) await clock.sleep(settleMilliseconds, stopping.signal)
      await openTransactionsEnd()
      wrapped += await rewrapAll(db, ring, keyId, stopping.signal)
      const left = await countSealedBy(db, keyId)
      if (left > 0) throw new Error(`${left} values are still sealed with the key ${keyId}`)
      await retireKey(db, clock, keyId)
      logger.info({ keyId, wrapped, current: ring.keyId }, 'the key of the secrets at rest was rotated')
    }
    if (file !== null && !isInstalled(file)) installNextKey(file)
    if (places.previousKey) {
      const source = sourceOf(places.previousKey)
      logger.info({ source }, 'the previous key of the secrets at rest is no longer needed: take it away')
    }
  }

  function isInstalled(inFile: string): boolean {
    const key = readKey({ file: inFile })
    return key !== null && outerKeyId(key) === ring.keyId
  }

  /** The new key, once file and database know it; only then may it seal. */
  async function begin(inFile: string): Promise<Buffer> {
    const waiting = readKey({ file: nextKeyFile(inFile) })
    const current = await currentId()
    // The database took a key of before, but its answer got lost.
    if (waiting && outerKeyId(waiting) === current && current !== ring.keyId) return waiting
    if ((await retiring()).length > 0) throw fail('SEC_ROTATION_RUNS')
    // One just retired may still be on its way into its place.
    await work
    requireReplaceable(inFile)
    removeNextKey(inFile)
    const key = makeKeyFile(nextKeyFile(inFile))
    await beginKey(db, clock, outerKeyId(key), inFile, ring.keyId)
    return key
  }

  const currentId = async () =>
    (await db.selectFrom('outer_keys').select('key_id').where('state', '=', 'current').executeTakeFirst())
      ?.key_id

  async function untilDone(step: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await step()
        return
      } catch (error) {
        if (stopping.signal.aborted) return
        logger.error(
          { err: error },
          'rotating the key of the secrets at rest does not go on; it is tried again',
        )
        await clock.sleep(retryMilliseconds, stopping.signal).catch(() => undefined)
      }
    }
  }

  const status = async (): Promise<SecretsStatus> => {
    const rows = await db
      .selectFrom('outer_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .limit(50)
      .execute()
    const current = rows.find(({ state }) => state === 'current')
    const before = rows.filter(({ state }) => state === 'retiring')
    let valuesLeft = 0
    for (const { key_id } of before) valuesLeft += await countSealedBy(db, key_id)
    return {
      key: {
        id: ring.keyId,
        source: sourceOf(place),
        since: (current?.created_at ?? new Date(clock.now())).toISOString(),
      },
      values: await countSealedBy(db, ring.keyId),
      rotation:
        before.length === 0 ? null : { previousKeyIds: before.map(({ key_id }) => key_id), valuesLeft },
      rotatedByServer: file !== null,
    }
  }

  return {
    status,
    rotate: async () => {
      if (file === null) throw fail('SEC_ROTATION_SOURCE', { source: sourceOf(place) })
      if (beginning) throw fail('SEC_ROTATION_RUNS')
      beginning = true
      try {
        ring.use(await begin(file))
      } finally {
        beginning = false
      }
      work = untilDone(() => finish(true))
      return status()
    },
    resume: () => {
      work = untilDone(async () => {
        if ((await retiring()).length > 0) await finish(false)
      })
    },
    settled: () => work,
    stop: async () => {
      stopping.abort()
      await work.catch(() => undefined)
    },
  }
}
