/** The simulated tenant and the server, each a process of its own, and the organization added. */
import type { ApiSession } from '../../scripts/demo/api.ts'
import { addOrganization } from '../../scripts/demo/main-job.ts'
import type { TenantReady } from '../../scripts/demo/tenant.ts'
import { startBenchServer } from '../start-server.ts'
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
  say(`starting the simulated tenant (${parts.latency} ms) and the server …`)
  const flags = { users: parts.mailboxes, mails: parts.mails, latency: parts.latency, lag: 0 }
  const { tenant, owner, pid, stop } = await startBenchServer(
    folder,
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
  )
  try {
    const organization = await addOrganization(owner, tenant, () => {})
    const ask = async <T>(method: string, verb: string, body?: unknown) => {
      const answer = await fetch(`${tenant.control}/${verb}`, {
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
      tenant,
      session: owner,
      organizationId: organization.id,
      pid,
      counter: {
        reset: async () => void (await ask('DELETE', 'requests')),
        requests: async () => (await ask<{ total: number }>('GET', 'requests')).total,
        resourceUnits: async () => null,
      },
      control: (verb, body) => ask('POST', verb, body),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
