/** The simulated tenant and the server, each a process of its own, and the organization added. */
import type { ApiSession } from '../../scripts/demo/api.ts'
import { addOrganization } from '../../scripts/demo/main-job.ts'
import type { TenantReady } from '../../scripts/demo/tenant.ts'
import type { Workload } from '../../src/contract/index.ts'
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
  /** What the tenant holds: flags of the simulator. */
  tenant: Readonly<Record<string, number>>
  workloads: readonly Workload[]
  /** Milliseconds added to every answer of Graph. */
  latency: number
  say: (line: string) => void
}): Promise<Setting> {
  const { folder, say } = parts
  say(`starting the simulated tenant (${parts.latency} ms) and the server …`)
  const flags = { ...parts.tenant, latency: parts.latency, lag: 0 }
  const { tenant, owner, pid, stop } = await startBenchServer(
    folder,
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
  )
  try {
    const organization = await addOrganization(owner, tenant, () => {}, parts.workloads)
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
        reset: async () => {
          await ask('DELETE', 'requests')
          await ask('POST', 'drives/resetStatistics', {})
        },
        requests: async () => (await ask<{ total: number }>('GET', 'requests')).total,
        resourceUnits: async () =>
          parts.workloads.includes('files')
            ? (await ask<{ resourceUnits: number }>('POST', 'drives/statistics', {})).resourceUnits
            : null,
      },
      control: (verb, body) => ask('POST', verb, body),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
