/**
 * Object Lock: everything but `locks/` is saved with a retention, and runs prolong it. Such buckets are versioned: removing sets a
 * delete marker, which hides the object; the locked version stays until its retention ends and a lifecycle rule clears it.
 * Source: Amazon S3 User Guide, “Object Lock considerations”; API Reference, PutObjectRetention.
 */
import type { PutObjectCommandInput } from '@aws-sdk/client-s3'
import { isAppError } from '../../errors/index.ts'
import type { Clock } from '../../shared/index.ts'
import type { Backend, FileType, Retention } from '../backend.ts'
import { fail } from '../errors.ts'
import type { ObjectKeys } from './object-keys.ts'
import { retentionUntil } from './retention.ts'
import { place, S3Answer, type S3Connection } from './s3-connection.ts'
import type { S3Objects } from './s3-objects.ts'

export interface S3Retention {
  /** What a put of this kind of file carries. */
  of(type: FileType): Partial<PutObjectCommandInput>
  /** Errors: `STO_STORAGE_UNSUITABLE` when the bucket cannot lock. */
  check(type: FileType, name: string, signal?: AbortSignal): Promise<void>
  readonly extend: NonNullable<Backend['extendRetention']>
}

export function s3Retention(
  connection: S3Connection,
  keys: ObjectKeys,
  objects: S3Objects,
  { days, mode }: Retention,
  clock: Clock,
): S3Retention {
  const Bucket = connection.bucket
  const ownMode = mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE'
  let checked = false

  const prolong = async (
    type: FileType,
    name: string,
    until: Date,
    Mode: typeof ownMode,
    signal?: AbortSignal,
  ) => {
    const input = { Bucket, Key: keys.keyOf(type, name), Retention: { Mode, RetainUntilDate: until } }
    const asked = { action: 'keep', type, name, signal, answers: ['NoSuchKey'] }
    await connection.call(asked, (s3, settings) => s3.putObjectRetention(input, settings))
  }
  return {
    of: (type) =>
      type === 'locks'
        ? {}
        : { ObjectLockMode: ownMode, ObjectLockRetainUntilDate: new Date(retentionUntil(days, clock.now())) },
    async check(type, name, signal) {
      if (checked) return
      try {
        const answers = ['ObjectLockConfigurationNotFoundError']
        await connection.call({ action: 'save', type, name, signal, answers }, (s3, settings) =>
          s3.getObjectLockConfiguration({ Bucket }, settings),
        )
      } catch (cause) {
        if (cause instanceof S3Answer) {
          const reason = 'the bucket has no Object Lock, which has to be switched on for it'
          throw fail('STO_STORAGE_UNSUITABLE', { place, action: 'save', type, name, reason }, cause)
        }
        // Who may not ask learns it from the first save.
        if (!isAppError(cause, 'STO_STORAGE_DENIED')) throw cause
      }
      checked = true
    },
    async extend(type, name, until, signal) {
      const date = new Date(until)
      try {
        return await prolong(type, name, date, ownMode, signal)
      } catch (cause) {
        if (cause instanceof S3Answer) throw fail('STO_FILE_MISSING', { type, name }, cause)
        if (!isAppError(cause, 'STO_STORAGE_DENIED')) throw cause
        // Refused as well: to shorten a retention, and to make a strict one lenient.
        const found = await objects.head(type, name, signal)
        if ((found?.ObjectLockRetainUntilDate?.getTime() ?? 0) >= until) return
        if (found?.ObjectLockMode !== 'COMPLIANCE' || ownMode === 'COMPLIANCE') throw cause
        await prolong(type, name, date, 'COMPLIANCE', signal)
      }
    },
  }
}
