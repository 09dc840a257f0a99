/** The real program for a bench: a process of its own with its own PostgreSQL, beside a simulated tenant, its first operator signed in. */
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type ApiSession, setUpOperator } from '../scripts/demo/api.ts'
import { startReadyChild } from '../scripts/demo/child.ts'
import type { TenantReady } from '../scripts/demo/tenant.ts'
import { root } from '../scripts/run.ts'

export interface BenchServer {
  readonly tenant: TenantReady
  readonly owner: ApiSession
  readonly address: string
  /** Folder of the server's data. */
  readonly data: string
  /** Process id of the server. */
  readonly pid: number
  readonly stop: () => Promise<void>
}

export const ownerPassword = 'a long enough pass phrase'

/** Starts both below the folder. `tenantFlags` and `serverFlags` come beside those for ports and places. */
export async function startBenchServer(
  folder: string,
  tenantFlags: readonly string[],
  serverFlags: readonly string[] = [],
): Promise<BenchServer> {
  await mkdir(folder, { recursive: true })
  const tenant = await startReadyChild<TenantReady>(
    join(root, 'simulator/main.ts'),
    ['--port', '0', '--with-app', ...tenantFlags],
    { log: join(folder, 'simulator.log') },
  )
  let stop = () => tenant.stop()
  try {
    const { login, graph, ca } = tenant.ready.clouds.global
    const clouds = join(folder, 'clouds.json')
    const global = { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca }
    await writeFile(clouds, JSON.stringify({ global }))
    const data = join(folder, 'data')
    const server = await startReadyChild<{ ready: true; address: string; setupLink: string | null }>(
      join(root, 'src/main.ts'),
      ['--json', '--port', '0', '--data', data, '--clouds', clouds, ...serverFlags],
      { log: join(folder, 'server.log') },
    )
    stop = async () => {
      await server.stop()
      await tenant.stop()
    }
    const { address, setupLink } = server.ready
    const token = new URLSearchParams(new URL(setupLink ?? 'http://x/').hash.slice(1)).get('token') ?? ''
    const owner = await setUpOperator(address, { token, userName: 'owner', password: ownerPassword })
    return { tenant: tenant.ready, owner, address, data, pid: server.process.pid ?? 0, stop: () => stop() }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A connection to the database of such a server. The caller ends it. @param data folder of the server's data */
export async function connectToDatabase(data: string): Promise<pg.Client> {
  // Line 5 of postmaster.pid: the folder of the socket.
  const lines = readFileSync(join(data, 'postgresql', 'data-18', 'postmaster.pid'), 'utf8').split('\n')
  const client = new pg.Client({ host: lines[4] ?? '', database: 'postgres', user: 'bdrcloud' })
  await client.connect()
  return client
}
