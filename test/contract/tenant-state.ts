/** What the tenant says of itself by the simulator's control interface, in one shape for all workloads. */

import { instantOf, type ZonedTime } from '../../simulator/outlook/time.ts'
import { visible } from '../jobs/backup-lab.ts'
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
}
interface TenantFolder {
  readonly id: string
  readonly path: readonly string[]
  readonly wellKnownName: string | null
  readonly hidden: boolean
  readonly messages: number
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
/** Below the root that people see; Recoverable Items lie beside it. */
async function foldersOf(ask: Ask, mailbox: string): Promise<TenantFolder[]> {
  const { folders } = await ask<{ folders: TenantFolder[] }>('mail/list', { mailbox })
  const beside = new Set(
    folders
      .filter(({ wellKnownName }) => wellKnownName?.startsWith('recoverable'))
      .map(({ path }) => path[0]),
  ).add('Audits')
  return folders.filter(({ path }) => path.length > 0 && !beside.has(path[0] ?? ''))
}
/** But for hidden folders and Recoverable Items, which are backed up on request alone. */
export async function mailOf(ask: Ask, mailbox: string) {
  const { messages, folders } = await ask<{ messages: TenantMail[]; folders: TenantFolder[] }>('mail/list', {
    mailbox,
  })
  const seen = visible({ messages, folders })
  return { messages: seen.messages, folders: seen.folders.filter(({ path }) => path.length > 0) }
}
export const outlookOf = (ask: Ask, mailbox: string, workload: keyof typeof kinds) =>
  ask<{ collections: TenantCollection[]; items: TenantOutlookItem[] }>('outlook/list', {
    mailbox,
    kind: kinds[workload],
  })
export const driveOf = async (ask: Ask, drive: string) =>
  (await ask<{ items: TenantDriveItem[] }>('drives/list', { drive })).items

export async function tenantState(ask: Ask, workload: Workload): Promise<State> {
  const state: State = { items: new Map(), folders: new Set() }
  if (workload === 'drive') {
    for (const drive of await drivesOf(ask)) addDrive(state, drive, await driveOf(ask, drive.id))
    return state
  }
  for (const { id } of await mailboxesOf(ask)) {
    if (workload === 'mail') {
      const { messages } = await mailOf(ask, id)
      // Hidden ones are known of, and nothing in them is taken.
      for (const { path } of await foldersOf(ask, id)) state.folders.add(JSON.stringify([id, ...path]))
      for (const mail of messages) {
        const { sha256, isRead, isDraft, importance, flagStatus, categories } = mail
        const facts = { sha256, isRead, isDraft, importance, flagStatus, categories }
        state.items.set(mail.id, { place: [id, ...mail.folder], facts })
      }
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
