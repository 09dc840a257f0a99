/** What a script would do: list a drive and fetch every file, as many at once as the server does, and keep nothing. */
import type { TenantReady } from '../../scripts/demo/tenant.ts'
import { fetchesAtOnce, forEach, openGraphReader } from './graph-reader.ts'

interface DeltaPage {
  readonly value: readonly { readonly '@microsoft.graph.downloadUrl'?: string }[]
  readonly '@odata.nextLink'?: string
}

export async function downloadDrive(
  tenant: TenantReady,
  driveId: string,
): Promise<{ items: number; seconds: number }> {
  const start = performance.now()
  let items = 0
  const { get, close } = await openGraphReader(tenant)
  try {
    const first = `${tenant.clouds.global.graph}/v1.0/drives/${driveId}/root/delta?$select=id,file&$top=500`
    for (let next: string | undefined = first; next; ) {
      const page = (await (await get(next))?.json()) as DeltaPage
      const addresses = page.value.flatMap((item) => item['@microsoft.graph.downloadUrl'] ?? [])
      await forEach(addresses, fetchesAtOnce, async (address) => {
        const body = await get(address, true)
        await body?.dump({ limit: Number.POSITIVE_INFINITY })
        items += 1
      })
      next = page['@odata.nextLink']
    }
    return { items, seconds: (performance.now() - start) / 1000 }
  } finally {
    await close()
  }
}
