/** Restores one event, contact, task and file each, of a OneDrive and of a document library, and compares it with what the tenant holds. */
import type {
  DriveView,
  FolderContentView,
  MailboxView,
  OutlookItemView,
  Page,
  RestoreItemView,
  RestoreView,
} from '../../src/contract/index.ts'
import { type ApiSession, waitFor } from './api.ts'
import { differencesIn } from './compare-mail.ts'
import type { TenantReader } from './tenant.ts'

export interface WorkloadResult {
  /** In all restore points' newest. */
  readonly items: number
  readonly restored: number
  readonly identical: boolean
}

interface Parts {
  readonly session: ApiSession
  readonly tenant: TenantReader
  readonly organizationId: string
  readonly say: (line: string) => void
}

type Json = Record<string, unknown>

const folder = { kind: 'named', name: 'Restored by the demo' } as const

/** What each workload compares, in Microsoft's own words. Who was invited to an event is in its text afterwards: it is not compared. */
const outlook = {
  calendar: {
    kind: 'calendars',
    title: 'subject',
    compared: [
      'subject',
      'start',
      'end',
      'isAllDay',
      'recurrence',
      'location',
      'categories',
      'sensitivity',
      'showAs',
    ],
    address: (user: string, id: string) => `/users/${user}/events/${id}`,
  },
  contacts: {
    kind: 'contactFolders',
    title: 'displayName',
    compared: [
      'displayName',
      'givenName',
      'surname',
      'emailAddresses',
      'businessPhones',
      'mobilePhone',
      'companyName',
      'birthday',
      'businessAddress',
      'personalNotes',
      'categories',
    ],
    address: (user: string, id: string) => `/users/${user}/contacts/${id}`,
  },
  todo: {
    kind: 'lists',
    title: 'title',
    compared: [
      'title',
      'body',
      'status',
      'importance',
      'dueDateTime',
      'completedDateTime',
      'recurrence',
      'categories',
    ],
    address: (user: string, id: string, list: string) => `/users/${user}/todo/lists/${list}/tasks/${id}`,
  },
} as const

export async function restoreOthers(
  parts: Parts,
): Promise<Record<'calendar' | 'contacts' | 'todo' | 'oneDrive' | 'library', WorkloadResult>> {
  return {
    calendar: await restoreOutlook(parts, 'calendar'),
    contacts: await restoreOutlook(parts, 'contacts'),
    todo: await restoreOutlook(parts, 'todo'),
    oneDrive: await restoreFile(parts, 'oneDrive'),
    library: await restoreFile(parts, 'library'),
  }
}

interface HeldItem {
  readonly id: string
  readonly collectionId: string
  readonly fields: Json
}

async function restoreOutlook(parts: Parts, workload: keyof typeof outlook): Promise<WorkloadResult> {
  const { session, tenant, organizationId, say } = parts
  const { kind, title, compared, address } = outlook[workload]
  const { items: mailboxes } = await session.get<Page<MailboxView>>(
    `/organizations/${organizationId}/mailboxes?workload=${workload}&limit=200`,
  )
  const stored = sum(mailboxes)
  const mailbox = mailboxes.find((one) => one.items > 0)
  if (mailbox === undefined) return { items: stored, restored: 0, identical: false }
  const user = mailbox.userPrincipalName
  const held = async () =>
    (await tenant.control<{ items: HeldItem[] }>('outlook/list', { mailbox: user, kind })).items
  const graph = ({ id, collectionId }: HeldItem) =>
    tenant.json(address(user, encodeURIComponent(id), encodeURIComponent(collectionId)))
  const { items } = await session.get<Page<OutlookItemView>>(
    `/mailboxes/${mailbox.id}/outlook-items?limit=100`,
  )
  const before = await held()
  const calledSo = (name: string) => before.filter(({ fields }) => fields[title] === name)
  const chosen = items.find((one) => calledSo(one.title).length === 1)
  const [original] = chosen ? calledSo(chosen.title) : []
  if (chosen === undefined || original === undefined) return { items: stored, restored: 0, identical: false }
  const { restored, messageId } = await restoreItem(parts, chosen.id)
  const copy = (await held()).find(({ id }) => id === messageId)
  const differing =
    copy === undefined ? ['not restored'] : differencesIn(compared, await graph(original), await graph(copy))
  if (differing.length > 0) say(`  differs: "${chosen.title}" of ${user}: ${differing.join(', ')}`)
  return { items: stored, restored, identical: differing.length === 0 }
}

interface HeldFile {
  readonly id: string
  readonly path: readonly string[]
  readonly sha256?: string
}

async function restoreFile(parts: Parts, kind: 'oneDrive' | 'library'): Promise<WorkloadResult> {
  const { session, tenant, organizationId, say } = parts
  const { items: all } = await session.get<Page<DriveView>>(
    `/organizations/${organizationId}/drives?limit=200`,
  )
  const drives = all.filter((one) => one.kind === kind)
  const stored = sum(drives)
  for (const drive of drives.filter((one) => one.items > 0)) {
    const { items } = await session.get<FolderContentView>(`/drives/${drive.id}/files?limit=200`)
    // An Office file is another one as soon as SharePoint has it.
    const chosen = items.find((one) => one.kind === 'file' && !/\.(?:docx|xlsx|pptx)$/.test(one.name))
    if (chosen === undefined) continue
    const { restored, messageId } = await restoreItem(parts, chosen.id)
    const copy = await heldFile(tenant, messageId)
    const original = copy?.files.find(({ path }) => path.length === 1 && path[0] === chosen.name)
    const differing = copy
      ? differencesIn(['sha256', 'size', 'created', 'modified'], { ...original }, { ...copy.file })
      : ['not restored']
    if (differing.length > 0)
      say(`  differs: "${chosen.name}" of ${chosen.driveAddress}: ${differing.join(', ')}`)
    return { items: stored, restored, identical: original !== undefined && differing.length === 0 }
  }
  return { items: stored, restored: 0, identical: false }
}

/** The file in the drive that has it, with what else is there. */
async function heldFile(
  tenant: TenantReader,
  id: string | null,
): Promise<{ file: HeldFile; files: readonly HeldFile[] } | undefined> {
  const { drives } = await tenant.control<{ drives: { id: string }[] }>('drives/drives', {})
  for (const drive of drives) {
    const { items: files } = await tenant.control<{ items: HeldFile[] }>('drives/list', { drive: drive.id })
    const file = files.find((one) => one.id === id)
    if (file) return { file, files }
  }
  return undefined
}

/** Restores one item into a folder of the demo's own. */
async function restoreItem(
  { session, organizationId }: Parts,
  item: string,
): Promise<{ restored: number; messageId: string | null }> {
  const { id } = await session.post<RestoreView>(`/organizations/${organizationId}/restores`, {
    selection: { items: [item] },
    folder,
  })
  const ended = await waitFor<RestoreView>(
    session,
    `/restores/${id}`,
    (one) => !['queued', 'running'].includes(one.state),
  )
  const { items } = await session.get<Page<RestoreItemView>>(`/restores/${id}/items`)
  return { restored: ended.counts.restored, messageId: items[0]?.messageId ?? null }
}

const sum = (resources: readonly { readonly items: number }[]) =>
  resources.reduce((total, one) => total + one.items, 0)
