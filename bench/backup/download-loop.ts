/** What a script would do: list every mailbox and fetch every mail, as many at once as the server does, and keep nothing. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import type { TenantReady } from '../../scripts/demo/tenant.ts'

/** As many as the server has under way. */
const mailboxesAtOnce = 12
const fetchesAtOnce = 4

export async function downloadMail(tenant: TenantReady): Promise<{ items: number; seconds: number }> {
  const { graph, login, ca } = tenant.clouds.global
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) } })
  const start = performance.now()
  let items = 0
  try {
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
    const get = async (address: string): Promise<Dispatcher.ResponseData['body'] | null> => {
      const { statusCode, headers, body } = await request(address, {
        dispatcher,
        headers: { authorization: `Bearer ${token}` },
      })
      if (statusCode === 429) {
        await body.dump()
        await sleep(1000 * Number(headers['retry-after'] ?? 1))
        return await get(address)
      }
      if (statusCode === 404) {
        await body.dump()
        return null
      }
      if (statusCode !== 200) throw new Error(`${address} answered ${statusCode}: ${await body.text()}`)
      return body
    }
    const each = async (first: string, work: (id: string) => Promise<void>, atOnce: number) => {
      for (let next: string | undefined = first; next; ) {
        const body = await get(next)
        if (!body) return
        const page = (await body.json()) as { value: { id: string }[]; '@odata.nextLink'?: string }
        const left = page.value.map(({ id }) => id)
        const worker = async () => {
          for (let id = left.pop(); id; id = left.pop()) await work(id)
        }
        await Promise.all(Array.from({ length: atOnce }, worker))
        next = page['@odata.nextLink']
      }
    }
    await each(
      `${graph}/v1.0/users?$select=id&$top=999`,
      (user) =>
        each(
          `${graph}/v1.0/users/${user}/messages?$select=id&$top=1000`,
          async (message) => {
            const body = await get(`${graph}/v1.0/users/${user}/messages/${message}/$value`)
            await body?.dump({ limit: Number.POSITIVE_INFINITY })
            items += 1
          },
          fetchesAtOnce,
        ),
      mailboxesAtOnce,
    )
    return { items, seconds: (performance.now() - start) / 1000 }
  } finally {
    await dispatcher.close()
  }
}
