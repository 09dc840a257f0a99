/** What any script that reads Graph has: a token, a connection pool, and patience when it is told to wait. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import type { TenantReady } from '../../scripts/demo/tenant.ts'

/** Requests of one mailbox or drive at a time: as many as the server has under way. */
export const fetchesAtOnce = 4

type Body = Dispatcher.ResponseData['body']

export interface GraphReader {
  /** The body of an answer; null for what is not there. `anonymous`: the address is its own authorization. */
  readonly get: (address: string, anonymous?: boolean) => Promise<Body | null>
  readonly close: () => Promise<void>
}

export async function openGraphReader(tenant: TenantReady): Promise<GraphReader> {
  const { graph, login, ca } = tenant.clouds.global
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) } })
  const answer = await request(`${login}/${tenant.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: tenant.app.clientId,
      client_secret: tenant.app.clientSecret,
      scope: `${new URL(graph).origin}/.default`,
    }).toString(),
  })
  const { access_token: token } = (await answer.body.json()) as { access_token: string }
  const get = async (address: string, anonymous = false): Promise<Body | null> => {
    const { statusCode, headers, body } = await request(address, {
      dispatcher,
      headers: anonymous ? {} : { authorization: `Bearer ${token}` },
    })
    if (statusCode === 429) {
      await body.dump()
      await sleep(1000 * Number(headers['retry-after'] ?? 1))
      return await get(address, anonymous)
    }
    if (statusCode === 404) {
      await body.dump()
      return null
    }
    if (statusCode !== 200) throw new Error(`${address} answered ${statusCode}: ${await body.text()}`)
    return body
  }
  return { get, close: () => dispatcher.close() }
}

/** Does the work for each, so many at a time. */
export async function forEach<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
