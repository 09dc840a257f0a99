/** The simulated tenant and the server, each a process of its own, and the organization added. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ApiSession, setUpOperator } from '../../scripts/demo/api.ts'
import { startReadyChild } from '../../scripts/demo/child.ts'
import { addOrganization } from '../../scripts/demo/main-job.ts'
import type { TenantReady } from '../../scripts/demo/tenant.ts'
import { root } from '../../scripts/run.ts'
import type { Counter } from './rows.ts'

export interface Setting {
  readonly tenant: TenantReady
  readonly session: ApiSession
  readonly organizationId: string
  /** Process id of the server. */
  readonly pid: number
  readonly counter: Counter
  /** Changes the tenant by a verb of its control. */
  readonly control: <T>(verb: string, body: unknown) => Promise<T>
  stop(): Promise<void>
}

export async function startSetting(parts: {
  folder: string
  mailboxes: number
  mails: number
  /** Milliseconds added to every answer of Graph. */
  latency: number
  say: (line: string) => void
}): Promise<Setting> {
  const { folder, say } = parts
  await mkdir(folder, { recursive: true })
  say(`starting the simulated tenant (${parts.latency} ms) and the server …`)
  const flags = { users: parts.mailboxes, mails: parts.mails, latency: parts.latency, port: 0, lag: 0 }
  const tenant = await startReadyChild<TenantReady>(
    join(root, 'simulator/main.ts'),
    ['--with-app', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])],
    { log: join(folder, 'simulator.log') },
  )
  let stop = () => tenant.stop()
  try {
    const { login, graph, ca } = tenant.ready.clouds.global
    const clouds = join(folder, 'clouds.json')
    const global = { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca }
    await writeFile(clouds, JSON.stringify({ global }))
    const server = await startReadyChild<{ ready: true; address: string; setupLink: string | null }>(
      join(root, 'src/main.ts'),
      ['--json', '--port', '0', '--data', join(folder, 'data'), '--clouds', clouds],
      { log: join(folder, 'server.log') },
    )
    stop = async () => {
      await server.stop()
      await tenant.stop()
    }
    const { address, setupLink } = server.ready
    const token = new URLSearchParams(new URL(setupLink ?? 'http://x/').hash.slice(1)).get('token') ?? ''
    const operator = { token, userName: 'owner', password: 'a long enough pass phrase' }
    const session = await setUpOperator(address, operator)
    const organization = await addOrganization(session, tenant.ready, () => {})
    const ask = async <T>(method: string, verb: string, body?: unknown) => {
      const answer = await fetch(`${tenant.ready.control}/${verb}`, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      })
      if (!answer.ok) throw new Error(`control ${verb} answered ${answer.status}`)
      return (await answer.json()) as T
    }
    return {
      tenant: tenant.ready,
      session,
      organizationId: organization.id,
      pid: server.process.pid ?? 0,
      counter: {
        reset: async () => void (await ask('DELETE', 'requests')),
        requests: async () => (await ask<{ total: number }>('GET', 'requests')).total,
        resourceUnits: async () => null,
      },
      control: (verb, body) => ask('POST', verb, body),
      stop: () => stop(),
    }
  } catch (error) {
    await stop()
    throw error
  }
}
