/** The real server and the runs that are measured. */
import { join } from 'node:path'
import type pg from 'pg'
import type { RepositoryPassword } from '../../src/contract/index.ts'
import { localBackend, openRepository } from '../../src/repository/index.ts'
import { backUp } from '../backup/measure-runs.ts'
import { measureRow } from '../backup/rows.ts'
import { type Setting, startSetting } from '../backup/setting.ts'
import { connectToDatabase, ownerPassword } from '../start-server.ts'
import { growResource } from './grow-resource.ts'

export interface SizeRow {
  readonly row: string
  /** What the run covers, changed or not. */
  readonly items: number
  readonly seconds: number
  readonly requests: number
  /** The most that the server held meanwhile. */
  readonly peakMiB: number
}

interface Resource {
  readonly id: string
  readonly workload: 'mail' | 'drive'
  readonly external_id: string
}

/** One server after the other: one with a large mailbox, one with a large drive. */
export async function measureSize(parts: {
  folder: string
  items: number
  workloads: readonly Resource['workload'][]
  say: (line: string) => void
}): Promise<SizeRow[]> {
  const { folder, items, workloads, say } = parts
  const rows: SizeRow[] = []
  for (const workload of workloads) {
    rows.push(...(await measureWorkload({ folder: join(folder, workload), items, workload, say })))
  }
  return rows
}

async function measureWorkload(parts: {
  folder: string
  items: number
  workload: Resource['workload']
  say: (line: string) => void
}): Promise<SizeRow[]> {
  const { folder, items, workload, say } = parts
  const tenant = { users: 2, mails: 20, files: 20, events: 0, contacts: 0, tasks: 0, sites: 0 }
  const workloads = [workload === 'mail' ? workload : 'files'] as const
  const setting = await startSetting({ folder, tenant, workloads, latency: 0, say })
  const client = await connectToDatabase(join(folder, 'data'))
  const rows: SizeRow[] = []
  const measure = async (name: string) => {
    const row = `${workload}, ${name}`
    say(`${row} …`)
    const { seconds, requestsPer1000, ...rest } = await measureRow(row, setting.pid, setting.counter, () =>
      backUp(setting),
    )
    const requests = Math.round((requestsPer1000 * rest.items) / 1000)
    rows.push({ row, items: rest.items, seconds, requests, peakMiB: rest.peakMiB })
    say(`${seconds.toFixed(1)} seconds, at most ${rest.peakMiB.toFixed(0)} MiB`)
  }
  try {
    await measure('small, first run')
    const { rows: found } = await client.query<Resource>(
      `select id, workload, external_id from resources where workload = $1 and items > 0 order by items desc, id limit 1`,
      [workload],
    )
    const resource = found[0]
    if (!resource) throw new Error(`nothing of ${workload} was backed up`)
    const original = await grow(setting, client, resource, items, say)
    await measure('laid out whole')
    await measure('unchanged')
    await change(setting, resource)
    await measure('some new')
    await losePosition(setting, resource, original, items - Math.ceil(items / 100))
    await measure('position lost')
    return rows
  } finally {
    await client.end()
    await setting.stop()
  }
}

async function grow(
  { session, organizationId }: Setting,
  client: pg.Client,
  resource: Resource,
  items: number,
  say: (line: string) => void,
): Promise<string> {
  const { location, password } = await session.post<RepositoryPassword>(
    `/organizations/${organizationId}/repository/password`,
    { operatorPassword: ownerPassword },
  )
  const repository = await openRepository(localBackend(location), { password, host: 'bench' })
  try {
    let told = 0
    return await growResource(client, repository.writer(), resource, items, (done) => {
      if (done - told < 100_000 && done < items) return
      told = done
      say(`${resource.workload}: ${done} copies written`)
    })
  } finally {
    await repository.close()
  }
}

/** What a small change is: ten mails that come in, one new file. */
async function change({ control }: Setting, { workload, external_id }: Resource): Promise<void> {
  if (workload === 'mail') return void (await control('mail/deliver', { mailbox: external_id, count: 10 }))
  await control('drives/add', { user: external_id, path: ['New', 'notes.txt'], text: 'new' })
}

/** The next round is answered with 410, and the one from the beginning tells of all copies but the last hundredth, which are gone. */
async function losePosition(
  { control }: Setting,
  { workload, external_id }: Resource,
  original: string,
  count: number,
): Promise<void> {
  const place = workload === 'mail' ? { mailbox: external_id } : { user: external_id }
  const room = workload === 'mail' ? 'mail' : 'drives'
  await control(`${room}/copies`, { ...place, id: original, count })
  await control(`${room}/expireDelta`, place)
}
