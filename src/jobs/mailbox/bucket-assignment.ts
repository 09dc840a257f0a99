import { bucketCounts } from '../../catalog/index.ts'
import type { Database } from '../../database/index.ts'
import { bucketMonth, itemsPerBucket, numberedBucket } from '../../workloads/index.ts'

/** Finds room for new mails: the first bucket of the month that is not full. */
export interface BucketAssignment {
  assign(folderId: string, receivedAt: number | null): Promise<string>
  /** Forgets what it knows, once the database knows all. */
  reset(): void
}

export function createBucketAssignment(db: Database): BucketAssignment {
  const months = new Map<string, Map<string, number>>()
  return {
    async assign(folderId, receivedAt) {
      const month = bucketMonth(receivedAt)
      const key = `${folderId} ${month}`
      let counts = months.get(key)
      if (!counts) {
        counts = await bucketCounts(db, folderId, month)
        months.set(key, counts)
      }
      for (let number = 1; ; number++) {
        const bucket = numberedBucket(month, number)
        const count = counts.get(bucket) ?? 0
        if (count >= itemsPerBucket) continue
        counts.set(bucket, count + 1)
        return bucket
      }
    },
    reset: () => months.clear(),
  }
}
