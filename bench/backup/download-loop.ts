/** What a script would do: list every mailbox and fetch every mail, as many at once as the server does, and keep nothing. */
import type { TenantReady } from '../../scripts/demo/tenant.ts'
import { fetchesAtOnce, forEach, openGraphReader } from './graph-reader.ts'

/** As many as the server has under way. */
const mailboxesAtOnce = 10

export async function downloadMail(tenant: TenantReady): Promise<{ items: number; seconds: number }> {
  const { graph } = tenant.clouds.global
  const start = performance.now()
  let items = 0
  const { get, close } = await openGraphReader(tenant)
  try {
    const each = async (first: string, work: (id: string) => Promise<void>, atOnce: number) => {
      for (let next: string | undefined = first; next; ) {
        const body = await get(next)
        if (!body) return
        const page = (await body.json()) as { value: { id: string }[]; '@odata.nextLink'?: string }
        await forEach(page.value, atOnce, ({ id }) => work(id))
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
    await close()
  }
}
