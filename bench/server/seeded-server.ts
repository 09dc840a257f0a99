/**
 * The server under load: the real program in a process of its own with its own PostgreSQL, one organization backed up from the simulated tenant, and
 * as many rows in the catalog as asked for: copies of the real ones, so that each can be previewed. It believes the addresses that a
 * proxy on this machine names, so that one machine can play many.
 */
import type { ApiSession } from '../../scripts/demo/api.ts'
import { addOrganization, backUp } from '../../scripts/demo/main-job.ts'
import { connectToDatabase, ownerPassword, startBenchServer } from '../start-server.ts'

export interface SeededServer {
  readonly address: string
  /** Process id of the server. */
  readonly pid: number
  readonly owner: ApiSession
  readonly organizationId: string
  readonly mailboxIds: readonly string[]
  /** Some of the mails in the catalog, from all over it. */
  readonly itemIds: readonly string[]
  /** Rows in the catalog. */
  readonly items: number
  /** User names of operators that all have `password`. */
  readonly operators: readonly string[]
  readonly password: string
  stop(): Promise<void>
}

export async function startSeededServer(parts: {
  folder: string
  items: number
  operators: number
  say: (line: string) => void
}): Promise<SeededServer> {
  const { folder, items, say } = parts
  say('starting the simulated tenant and the server …')
  const { tenant, owner, address, data, pid, stop } = await startBenchServer(
    folder,
    ['--users', '4', '--mails', '50'],
    ['--trusted-proxy', '127.0.0.1,::1'],
  )
  try {
    say('adding the organization and backing it up …')
    const organization = await addOrganization(owner, tenant, () => {})
    await backUp(owner, organization.id, () => {})
    say(`copying what is in the catalog to ${items} mails …`)
    const seeded = await seed(data, items, parts.operators)
    return { ...seeded, address, pid, owner, organizationId: organization.id, password: ownerPassword, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function seed(data: string, items: number, operators: number) {
  const client = await connectToDatabase(data)
  try {
    const { rows: columns } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'public' and table_name = 'items' and is_generated = 'NEVER'
         and column_name not in ('id', 'external_id', 'subject', 'search_text', 'received_at')`,
    )
    const names = columns.map(({ name }) => name).join(', ')
    const { rows: real } = await client.query<{ count: string }>('select count(*) from items')
    const copies = Math.max(0, Math.ceil(items / Number(real[0]?.count ?? 1)) - 1)
    await client.query(
      `insert into items (${names}, external_id, subject, search_text, received_at)
       select ${names}, external_id || '-' || copy, subject || ' ' || copy, search_text || ' number' || copy,
         received_at - copy * interval '1 minute'
       from items, generate_series(1, $1::int) as copy`,
      [copies],
    )
    await client.query(
      `insert into operators (id, user_name, user_name_key, display_name, password_hash, role, state, created_at)
       select gen_random_uuid(), 'load' || n, 'load' || n, 'load' || n, password_hash, 'owner', 'active', now()
       from operators, generate_series(1, $1::int) as n where user_name = 'owner'`,
      [operators],
    )
    // As autovacuum does a minute after a backup.
    await client.query('vacuum analyze')
    const list = async (text: string) => (await client.query<{ id: string }>(text)).rows.map(({ id }) => id)
    const { rows: all } = await client.query<{ count: string }>('select count(*) from items')
    return {
      items: Number(all[0]?.count ?? 0),
      mailboxIds: await list('select id from resources order by id'),
      itemIds: await list('select id from items order by random() limit 500'),
      operators: Array.from({ length: operators }, (_, index) => `load${index + 1}`),
    }
  } finally {
    await client.end()
  }
}
