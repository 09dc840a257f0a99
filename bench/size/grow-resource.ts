/** Makes a resource large without a tenant: copies of one of its items, each with content of its own, in the server's repository and catalog. */
import type pg from 'pg'
import type { RepositoryWriter } from '../../src/repository/index.ts'

/** Mails of a month of a mailbox that is used much. */
const mailsPerMonth = 900
const atOnce = 10_000

/** SQL expressions of what differs between copies; `number` is the copy's. */
const places = {
  mail: {
    bucket: `to_char(date '2025-06-15' - make_interval(months => number / ${mailsPerMonth}), 'YYYY-MM')`,
    time: `timestamptz '2025-06-15' - make_interval(months => number / ${mailsPerMonth})`,
    ending: '.eml',
  },
  drive: {
    bucket: `'_' || left(encode(sha256(convert_to('copy' || number, 'UTF8')), 'hex'), 2)`,
    time: 'original.received_at',
    ending: '.txt',
  },
}

/**
 * Mails lie in months, files in the folder of the one that is copied. The next run lays the resource out whole, as a first one does.
 * @param onProgress copies written
 * @returns Microsoft's id of the one that is copied; those of the copies are as the simulated tenant's `copies` has them
 */
export async function growResource(
  client: pg.Client,
  writer: RepositoryWriter,
  resource: { readonly id: string; readonly workload: keyof typeof places },
  count: number,
  onProgress: (done: number) => void,
): Promise<string> {
  const { bucket, time, ending } = places[resource.workload]
  const { rows: columns } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = 'items' and is_generated = 'NEVER'
       and column_name not in ('id', 'external_id', 'file_name', 'bucket', 'received_at', 'content')`,
  )
  const names = columns.map(({ name }) => name).join(', ')
  const { rows: originals } = await client.query<{ external_id: string }>(
    `select external_id from items where resource_id = $1 and valid_to is null and size between 1 and 100000 order by external_id limit 1`,
    [resource.id],
  )
  const original = originals[0]?.external_id
  if (original === undefined) throw new Error('nothing small enough to be copied')
  for (let from = 0; from < count; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => from + index)
    const blobs: string[] = []
    for (const number of numbers)
      blobs.push((await writer.saveData(Buffer.from(`${resource.workload} ${number}`.padEnd(24)))).id)
    await writer.flush()
    await client.query(
      `insert into items (${names}, external_id, file_name, bucket, received_at, content)
       select ${names}, external_id || '-copy' || number, 'copy' || number || '${ending}', ${bucket}, ${time}, array[blob]
       from items original, unnest($3::int[], $4::text[]) as copies(number, blob)
       where resource_id = $1 and external_id = $2 and valid_to is null`,
      [resource.id, original, numbers, blobs],
    )
    onProgress(from + numbers.length)
  }
  await client.query('update resources set directory = null where id = $1', [resource.id])
  // As autovacuum does a minute after a backup.
  await client.query('vacuum analyze items')
  return original
}
