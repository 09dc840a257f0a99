/** Buckets of a test's Ceph server, each test with its own. */
import { S3, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { S3BackendOptions } from '../../src/repository/index.ts'
import type { CephServer } from '../ceph.ts'

/** Few and short waits: the server is on this machine. */
export const quick = { attempts: 4, firstWait: 5, longestWait: 20 }

export interface Buckets {
  /** The SDK itself, as the owner of the buckets, to look behind the product's back. */
  readonly s3: S3
  /** For a client of somebody else. */
  readonly settings: S3ClientConfig
  make(options?: { readonly objectLock?: boolean }): Promise<string>
  /** What opens a repository there. */
  access(bucket: string): S3BackendOptions
  /** Stock restic's location and variables for the same place. */
  restic(
    bucket: string,
    prefix: string,
  ): { readonly location: string; readonly variables: Record<string, string> }
}

export function bucketsOf({ endpoint, credentials }: CephServer): Buckets {
  const settings: S3ClientConfig = {
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  }
  const s3 = new S3({ ...settings, credentials })
  let made = 0
  return {
    s3,
    settings,
    async make({ objectLock = false } = {}) {
      const Bucket = `bucket-${++made}`
      await s3.createBucket({ Bucket, ...(objectLock ? { ObjectLockEnabledForBucket: true } : {}) })
      return Bucket
    },
    access: (bucket) => ({ endpoint, credentials, bucket, prefix: 'some/repository', ...quick }),
    restic: (bucket, prefix) => ({
      location: `s3:${endpoint}/${bucket}/${prefix}`,
      variables: {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    }),
  }
}
