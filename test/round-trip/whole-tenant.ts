/**
 * What a tenant holds, read by the simulator's control interface and by Graph's JSON, without a line of the product. Everything that is said of an item
 * is a fact of its own, so that two readings are compared fact by fact.
 */
import type { TenantReader } from '../../scripts/demo/tenant.ts'
import { instantOf, type ZonedTime } from '../../simulator/outlook/time.ts'
import type { Workload } from '../contract/contract-lab.ts'
import {
  type Ask,
  drivesOf,
  type Fields,
  type kinds,
  mailboxesOf,
  mailOf,
  outlookOf,
  type TenantOutlookItem,
  tenantState,
} from '../contract/tenant-state.ts'

/** A folder, an item, or an occurrence that differs from its series. */
export interface Thing {
  readonly workload: Workload
  readonly kind: 'folder' | 'item'
  /** Whose: the id of a user, or of a document library's drive. */
  readonly owner: string
  /** Names from the top down, its own last. */
  readonly place: readonly string[]
  readonly facts: Fields
  /** File of the corpus that it was made of. */
  readonly corpus?: string | undefined
}

/** Everything of a workload. */
export function readTenant(ask: Ask, tenant: TenantReader, workload: Workload): Promise<Thing[]> {
  if (workload === 'mail') return readMails(ask, tenant)
  return workload === 'drive' ? readDrives(ask) : readOutlook(ask, tenant, workload)
}

async function readMails(ask: Ask, tenant: TenantReader): Promise<Thing[]> {
  const things: Thing[] = []
  for (const { id: owner } of await mailboxesOf(ask)) {
    const { messages, folders } = await mailOf(ask, owner)
    for (const { path } of folders)
      things.push({ workload: 'mail', kind: 'folder', owner, place: path, facts: {} })
    for (const { id, folder, corpus } of messages) {
      const facts = await tenant.mail(owner, id)
      const place = [...folder, String(facts['subject'])]
      things.push({
        workload: 'mail',
        kind: 'item',
        owner,
        place,
        facts,
        corpus: corpus as string | undefined,
      })
    }
  }
  return things
}

async function readDrives(ask: Ask): Promise<Thing[]> {
  const { items, folders } = await tenantState(ask, 'drive')
  const things: Thing[] = []
  for (const folder of folders) {
    const names = JSON.parse(folder) as (string | Fields)[]
    const facts = names.find((one) => typeof one !== 'string')
    const [owner = '', ...place] = names.filter((one) => typeof one === 'string')
    things.push({
      workload: 'drive',
      kind: 'folder',
      owner,
      place,
      facts: (facts as Fields | undefined) ?? {},
    })
  }
  for (const [id, { place: whole, facts }] of items) {
    const [owner = '', ...place] = whole
    things.push({ workload: 'drive', kind: 'item', owner, place, facts: { id, ...facts } })
  }
  return things
}

async function readOutlook(ask: Ask, tenant: TenantReader, workload: keyof typeof kinds): Promise<Thing[]> {
  const things: Thing[] = []
  for (const { id: owner } of await mailboxesOf(ask)) {
    const { collections, items } = await outlookOf(ask, owner, workload)
    const pathOf = (collection: string | null): string[] => {
      const one = collections.find((other) => other.id === collection)
      return one ? [...pathOf(one.parent), one.name] : []
    }
    for (const { id } of collections)
      things.push({ workload, kind: 'folder', owner, place: pathOf(id), facts: {} })
    for (const item of items) {
      const json = withInstants(await tenant.json(addressOf(owner, workload, item)))
      const { attachments, cancelled, children, photo, exceptions } = item
      const common = { workload, kind: 'item' as const, owner, corpus: item.corpus ?? undefined }
      const title = String(json['subject'] ?? json['displayName'] ?? json['title'])
      const place = [...pathOf(item.collectionId), title]
      const facts = {
        ...json,
        attachments: sorted(attachments),
        cancelled,
        photo,
        children: sorted(children),
      }
      things.push({ ...common, place, facts })
      // What an occurrence does not say itself it has of its series.
      const { originalStartTimeZone: _start, originalEndTimeZone: _end, ...series } = json
      for (const { date, fields, attachments: own } of exceptions)
        things.push({
          ...common,
          place: [...place, date],
          facts: {
            ...series,
            ...withInstants({ isAllDay: json['isAllDay'], ...fields }),
            attachments: sorted(own),
          },
        })
    }
  }
  return things
}

function addressOf(
  user: string,
  workload: keyof typeof kinds,
  { id, collectionId }: TenantOutlookItem,
): string {
  const [one, list] = [encodeURIComponent(id), encodeURIComponent(collectionId)]
  if (workload === 'calendar') return `/users/${user}/events/${one}`
  return `/users/${user}/${workload === 'contacts' ? `contacts/${one}` : `todo/lists/${list}/tasks/${one}`}`
}

/** Start and end as moments; of what lasts all day as days. */
function withInstants(json: Fields): Fields {
  const shown: Record<string, unknown> = { ...json }
  for (const name of ['start', 'end']) {
    const time = json[name] as ZonedTime | undefined
    if (time === undefined) continue
    const { dateTime, timeZone } = time
    shown[name] = json['isAllDay'] === true ? dateTime.slice(0, 10) : instantOf(dateTime, timeZone)
  }
  return shown
}

const sorted = (list: readonly object[]): readonly object[] =>
  list
    .map((one) => JSON.stringify(one))
    .sort()
    .map((one) => JSON.parse(one) as object)

/** Deletes all that there is, so that it is in no bin either. What Exchange itself keeps for each mailbox stays, empty. */
export async function emptyTenant(ask: Ask): Promise<void> {
  for (const { id: mailbox } of await mailboxesOf(ask)) {
    const { messages, folders } = await mailOf(ask, mailbox)
    await ask('mail/delete', { mailbox, ids: messages.map(({ id }) => id) })
    // With those below it.
    for (const { id, path, wellKnownName } of folders)
      if (wellKnownName === null && (path.length === 1 || isWellKnown(folders, path.slice(0, -1))))
        await ask('mail/deleteFolder', { mailbox, folder: id })
    for (const kind of ['calendars', 'contactFolders', 'lists']) {
      const { collections, items } = await ask<OutlookList>('outlook/list', { mailbox, kind })
      for (const { id } of items) await ask('outlook/delete', { mailbox, id })
      for (const { id, wellKnown, parent, name } of collections) {
        const top = collections.find((one) => one.id === parent)
        if (wellKnown === null && name !== 'Birthdays' && (top === undefined || top.wellKnown !== null))
          await ask('outlook/deleteCollection', { mailbox, kind, collection: id })
      }
    }
  }
  for (const { id: drive } of await drivesOf(ask)) {
    const { items } = await ask<{ items: { id: string; path: string[] }[] }>('drives/list', { drive })
    for (const { id, path } of items) if (path.length === 1) await ask('drives/delete', { drive, id })
  }
}

interface OutlookList {
  readonly collections: { id: string; name: string; wellKnown: string | null; parent: string | null }[]
  readonly items: { id: string }[]
}

const isWellKnown = (
  folders: readonly { path: readonly string[]; wellKnownName: string | null }[],
  path: readonly string[],
) => folders.some((one) => one.wellKnownName !== null && JSON.stringify(one.path) === JSON.stringify(path))
