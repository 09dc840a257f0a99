/** A bucket of Amazon S3, or of a server that speaks its protocol, in restic's default layout. */
import { systemClock } from '../../shared/index.ts'
import type { Backend, Retention } from '../backend.ts'
import { fail } from '../errors.ts'
import { objectKeys } from './object-keys.ts'
import { type RetryingOptions, retryingBackend } from './retrying-backend.ts'
import { connectS3, place, type S3ConnectionOptions } from './s3-connection.ts'
import { s3Objects } from './s3-objects.ts'
import { s3Retention } from './s3-retention.ts'
import { s3Upload } from './s3-upload.ts'

/** Where the bucket is, and the credentials for it. */
export interface S3BackendOptions extends S3ConnectionOptions, Omit<RetryingOptions, 'verifyUploads'> {
  /** Names between slashes beneath which the repository lies. */
  readonly prefix?: string
  /** Locks what is saved, `locks/` excepted; the bucket must have Object Lock. Default: nothing is locked by us. */
  readonly retention?: Retention
}

/** Errors: `STO_LOCATION_INVALID`. */
export function s3Backend(options: S3BackendOptions): Backend {
  return retryingBackend(plainS3Backend(options), { ...options, verifyUploads: 'none' })
}

function plainS3Backend(options: S3BackendOptions): Backend {
  const { retention, clock = systemClock } = options
  const connection = connectS3(options)
  const keys = objectKeys(options.prefix)
  const objects = s3Objects(connection, keys)
  const locking = retention && s3Retention(connection, keys, objects, retention, clock)
  const upload = s3Upload(connection, keys, objects, (type) => locking?.of(type) ?? {})
  return {
    features: { kind: place, durable: true, appendOnly: false, ...(retention ? { retention } : {}) },
    async save(type, name, bytes, signal) {
      await locking?.check(type, name, signal)
      await upload(type, name, bytes, signal)
    },
    load: objects.load,
    list: objects.list,
    async remove(type, name, signal) {
      // S3 answers the removal of what is not there with success.
      if ((await objects.sizeOf(type, name, signal)) === undefined)
        throw fail('STO_FILE_MISSING', { type, name })
      const input = { Bucket: connection.bucket, Key: keys.keyOf(type, name) }
      await connection.call({ action: 'remove', type, name, signal }, (s3, settings) =>
        s3.deleteObject(input, settings),
      )
    },
    async stat(type, name, signal) {
      const found = await objects.head(type, name, signal)
      if (found?.ContentLength === undefined) return undefined
      const until = found.ObjectLockRetainUntilDate?.getTime()
      return { size: found.ContentLength, ...(until === undefined ? {} : { retainedUntil: until }) }
    },
    ...(locking ? { extendRetention: locking.extend } : {}),
    close: () => connection.close(),
  }
}
