import { mailboxOwner, restorePoint } from '../../catalog/index.ts'
import type { MailboxSettingsView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { lookup, type Repository } from '../../repository/index.ts'
import { mailboxPath, settingsFile } from '../../workloads/index.ts'
import type { RestoreRepositories } from '../restores/ports.ts'

/** What the mailbox's directory holds of settings; none where the application could not read them. @throws CAT_MAILBOX_UNKNOWN */
export async function storedSettings(
  db: Database,
  repositories: RestoreRepositories,
  mailboxId: string,
  at?: number,
): Promise<MailboxSettingsView> {
  const { organizationId, workload, externalId, userPrincipalName } = await mailboxOwner(db, mailboxId)
  const none = { userPrincipalName, settings: null, rules: [], categories: [] }
  if (workload !== 'mail') return none
  const point = await restorePoint(db, organizationId, at)
  const run = await db
    .selectFrom('runs')
    .select('snapshot_id')
    .where('organization_id', '=', organizationId)
    .where('sequence', '=', point)
    .executeTakeFirst()
  if (run?.snapshot_id == null) return none
  const repository = await repositories.open(organizationId)
  const { tree } = await repository.findSnapshot(run.snapshot_id)
  const directory = await directoryAt(repository, tree, externalId, userPrincipalName)
  const file = directory && (await repository.loadTree(directory)).find(({ name }) => name === settingsFile)
  if (!file) return none
  const blobs = await Promise.all((file.content ?? []).map((id) => repository.loadBlob(id, 'data')))
  const stored = JSON.parse(Buffer.concat(blobs).toString()) as Omit<MailboxSettingsView, 'userPrincipalName'>
  return { ...none, ...stored }
}

/** The mailbox's directory then: its address may have been another one, the digits of its id never are. */
async function directoryAt(
  repository: Repository,
  root: string,
  externalId: string,
  userPrincipalName: string,
): Promise<string | undefined> {
  const [top = '', fanOut = '', name = ''] = mailboxPath({ externalId, userPrincipalName })
  const above = await lookup(repository, root, [top, fanOut])
  if (above?.subtree === undefined) return undefined
  const ending = name.slice(name.lastIndexOf('~'))
  return (await repository.loadTree(above.subtree)).find((node) => node.name.endsWith(ending))?.subtree
}
