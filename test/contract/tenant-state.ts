/** What the tenant says of itself by the simulator's control interface, in one shape for all workloads. */

import { instantOf, type ZonedTime } from '../../simulator/outlook/time.ts'
import type { MailboxExtras } from '../../src/contract/index.ts'
import type { Workload } from './contract-lab.ts'

export type Ask = <T = Record<string, unknown>>(verb: string, body?: object) => Promise<T>
export type Fields = Readonly<Record<string, unknown>>

/** Items by Microsoft's id and folders, each with where it is: the id of its mailbox or drive, then names from the top down. */
export interface State {
  readonly items: Map<string, { readonly place: readonly string[]; readonly facts: Fields }>
  readonly folders: Set<string>
}

export interface Attachment {
  readonly name: string
  readonly sha256: string
}
interface TenantMail extends Fields {
  readonly id: string
  readonly folder: readonly string[]
  readonly folderId: string
}
interface ListedFolder {
  readonly id: string
  readonly path: readonly string[]
  readonly wellKnownName: string | null
  readonly hidden: boolean
  readonly messages: number
}
/** `hidden` and `recoverable` are backed up on request, the `log` of who did what in the mailbox never. */
export interface TenantFolder extends ListedFolder {
  readonly kind: 'seen' | 'hidden' | 'recoverable' | 'log'
}
export interface TenantOutlookItem {
  readonly id: string
  readonly collectionId: string
  readonly fields: Fields
  readonly attachments: readonly Attachment[]
  readonly exceptions: readonly { date: string; fields: Fields; attachments: readonly Attachment[] }[]
  readonly cancelled: readonly string[]
  readonly children: readonly { kind: string; fields: Fields }[]
  readonly photo: string | null
  readonly corpus: string | null
}
export interface TenantCollection {
  readonly id: string
  readonly name: string
  readonly wellKnown: string | null
  readonly parent: string | null
  readonly items: number
}
export interface TenantDriveItem {
  readonly id: string
  readonly path: readonly string[]
  readonly kind: string
  readonly created: string
  readonly modified: string
  readonly permissions: number
  readonly faults: readonly string[]
  readonly size?: number
  readonly sha256?: string
  readonly corpus?: string
}
export interface TenantDrive {
  readonly id: string
  readonly userId?: string
}

export const kinds = { calendar: 'calendars', contacts: 'contactFolders', todo: 'lists' } as const

export const mailboxesOf = async (ask: Ask) =>
  (await ask<{ mailboxes: { id: string; userPrincipalName: string }[] }>('mail/mailboxes')).mailboxes
export const drivesOf = async (ask: Ask) => (await ask<{ drives: TenantDrive[] }>('drives/drives')).drives
/** All there is in a mailbox. Recoverable Items lie beside the folders that people see, and are called here as people understand. */
export async function mailboxOf(ask: Ask, mailbox: string) {
  const listed = await ask<{ messages: TenantMail[]; folders: ListedFolder[] }>('mail/list', { mailbox })
  const recoverable = new Set(
    listed.folders
      .filter(({ wellKnownName }) => wellKnownName?.startsWith('recoverable'))
      .map(({ path }) => path[0]),
  )
  const hidden = listed.folders.filter((one) => one.hidden && one.path.length > 0).map(({ path }) => path)
  const isHidden = (path: readonly string[]) =>
    hidden.some((above) => above.every((name, index) => path[index] === name))
  const folders = listed.folders
    .filter(({ path }) => path.length > 0)
    .map((folder): TenantFolder => {
      const [top = '', ...rest] = folder.path
      if (top === 'Audits') return { ...folder, kind: 'log' }
      if (!recoverable.has(top)) return { ...folder, kind: isHidden(folder.path) ? 'hidden' : 'seen' }
      return {
        ...folder,
        path: ['Recoverable Items', recoverableNames[top] ?? top, ...rest],
        kind: 'recoverable',
      }
    })
  return { messages: listed.messages, folders }
}
/** What people see of it. */
export async function mailOf(ask: Ask, mailbox: string) {
  const { messages, folders } = await mailboxOf(ask, mailbox)
  const seen = folders.filter(({ kind }) => kind === 'seen')
  const ids = new Set(seen.map(({ id }) => id))
  return { messages: messages.filter(({ folderId }) => ids.has(folderId)), folders: seen }
}
const recoverableNames: Readonly<Record<string, string>> = {
  Deletions: 'Deleted, recoverable by the user',
  Purges: 'Purged, kept for administrators',
  Versions: 'Versions before changes',
  DiscoveryHolds: 'Kept by eDiscovery holds',
}
export const outlookOf = (ask: Ask, mailbox: string, workload: keyof typeof kinds) =>
  ask<{ collections: TenantCollection[]; items: TenantOutlookItem[] }>('outlook/list', {
    mailbox,
    kind: kinds[workload],
  })
export const driveOf = async (ask: Ask, drive: string) =>
  (await ask<{ items: TenantDriveItem[] }>('drives/list', { drive })).items

export const nothingAsked: MailboxExtras = { hiddenFolders: false, recoverableItems: false }

/** @param asked what of mailboxes is to be in the repository beside the folders that people see */
export async function tenantState(ask: Ask, workload: Workload, asked = nothingAsked): Promise<State> {
  const state: State = { items: new Map(), folders: new Set() }
  if (workload === 'drive') {
    for (const drive of await drivesOf(ask)) addDrive(state, drive, await driveOf(ask, drive.id))
    return state
  }
  for (const { id } of await mailboxesOf(ask)) {
    if (workload === 'mail') {
      addMails(state, id, await mailboxOf(ask, id), asked)
      continue
    }
    const { collections, items } = await outlookOf(ask, id, workload)
    const pathOf = (collection: string | null): string[] => {
      const one = collections.find((other) => other.id === collection)
      return one ? [...pathOf(one.parent), one.name] : []
    }
    for (const one of collections) state.folders.add(JSON.stringify([id, ...pathOf(one.id)]))
    for (const item of items) {
      const { collectionId, fields, attachments, exceptions, cancelled, children, photo } = item
      const facts = {
        fields: withInstants(fields),
        exceptions: exceptions
          .map((one) => ({ ...one, fields: withInstants({ ...fields, ...one.fields }, one.fields) }))
          .sort((a, b) => (a.date < b.date ? -1 : 1)),
        attachments,
        cancelled,
        children,
        photo,
      }
      state.items.set(item.id, { place: [id, ...pathOf(collectionId)], facts })
    }
  }
  return state
}

function addMails(
  state: State,
  mailbox: string,
  { messages, folders }: Awaited<ReturnType<typeof mailboxOf>>,
  asked: MailboxExtras,
): void {
  const isAskedFor = {
    seen: true,
    hidden: asked.hiddenFolders,
    recoverable: asked.recoverableItems,
    log: false,
  }
  if (asked.recoverableItems) state.folders.add(JSON.stringify([mailbox, 'Recoverable Items']))
  // Hidden ones are known of in any case, and nothing in them is taken unasked.
  for (const { kind, path } of folders)
    if (isAskedFor[kind] || kind === 'hidden') state.folders.add(JSON.stringify([mailbox, ...path]))
  const byId = new Map(folders.map((folder) => [folder.id, folder]))
  for (const mail of messages) {
    const folder = byId.get(mail.folderId)
    if (!folder || !isAskedFor[folder.kind]) continue
    const { sha256, isRead, isDraft, importance, flagStatus, categories } = mail
    const facts = { sha256, isRead, isDraft, importance, flagStatus, categories }
    state.items.set(mail.id, { place: [mailbox, ...folder.path], facts })
  }
}

function addDrive(state: State, drive: TenantDrive, items: readonly TenantDriveItem[]): void {
  const top = drive.userId ?? drive.id
  for (const item of items) {
    const { created, modified, permissions, size, sha256 } = item
    const place = [top, ...item.path]
    if (item.kind !== 'file')
      state.folders.add(JSON.stringify([...place, { created, modified, permissions }]))
    else if (!item.faults.includes('malware'))
      state.items.set(item.id, { place, facts: { created, modified, permissions, size, sha256 } })
  }
}

/** Start and end of an event as moments; what else `shown` has as it is. All-day events are days and have no zone. */
function withInstants(whole: Fields, shown: Fields = whole): Fields {
  const moments = ['start', 'end'].flatMap((name) => {
    const time = shown[name] as ZonedTime | undefined
    if (time === undefined) return []
    const { dateTime, timeZone } = time
    return [[name, whole['isAllDay'] === true ? dateTime.slice(0, 10) : instantOf(dateTime, timeZone)]]
  })
  return { ...shown, ...(Object.fromEntries(moments) as Fields) }
}
