import type { CreateRestore, RestoreItemView, RestoreView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { printJson, printTable, progress } from '../terminal.ts'

const ended = new Set<RestoreView['state']>(['succeeded', 'partial', 'failed', 'cancelled'])

/** Starts a restore, says how far it is until it has ended, and prints what became of each item. Anything but success sets exit code 1. */
export async function followRestore(
  client: ApiClient,
  organization: string,
  request: CreateRestore,
  shown: { readonly json: boolean | undefined; readonly heading: string },
): Promise<void> {
  let restore = await client.post<RestoreView>(`/organizations/${organization}/restores`, request)
  while (!ended.has(restore.state)) {
    progress(`${restore.counts.restored + restore.counts.alreadyThere}/${restore.counts.total} restored`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    restore = await client.get<RestoreView>(`/restores/${restore.id}`)
  }
  const items = await Array.fromAsync(client.list<RestoreItemView>(`/restores/${restore.id}/items`))
  if (shown.json) printJson({ restore, items })
  else {
    const target = restore.targetUser?.userPrincipalName ?? restore.targetDrive?.name
    const whose = target === undefined ? '' : ` of ${target}`
    const where =
      request.folder?.kind === 'original' ? '' : `, into the folder '${restore.folderName}'${whose}`
    progress(`Restore ${restore.state}${where}.`, true)
    printTable(
      [shown.heading, 'STATE', 'REASON'],
      items.map((one) => [one.subject || '(untitled)', one.state, one.reason]),
    )
  }
  if (restore.state !== 'succeeded') process.exitCode = 1
}
