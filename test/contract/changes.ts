/** What people do in a tenant, chosen by a seed: one step at a time, each through the simulator's control interface. */
import type { Random } from '../../simulator/content/random.ts'
import type { Workload } from './contract-lab.ts'
import { type Ask, driveOf, drivesOf, kinds, mailboxesOf, mailboxOf, outlookOf } from './tenant-state.ts'

/** `gentle`: nothing goes that would be more than a fifth of its container, which a lost position holds back for a run. */
export type Manner = 'any' | 'gentle'

/** One change of a workload. Answers whether there was something to do it to. */
export async function changeSomething(
  ask: Ask,
  workload: Workload,
  random: Random,
  manner: Manner,
): Promise<void> {
  if (workload === 'mail') await changeMail(ask, random, manner)
  else if (workload === 'drive') await changeDrive(ask, random, manner)
  else await changeOutlook(ask, workload, random, manner)
}

function anyOf<T>(random: Random, list: readonly T[]): T | undefined {
  return list[random.integer(0, Math.max(0, list.length - 1))]
}

/** A name that is new, and now and then odd. */
function newName(random: Random): string {
  const odd = [
    'Größe & Maß',
    'CON',
    'a/b'.replace('/', '∕'),
    '_items',
    'ünï ☀',
    '.hidden',
    'x~0123abcd',
  ] as const
  return `${random.chance(0.5) ? random.pick(odd) : 'plain'} ${random.integer(0, 1_000_000_000)}`
}

/** Something in every folder that is backed up on request alone, and in the one that never is. */
export async function fillHidden(ask: Ask): Promise<void> {
  for (const { id: mailbox } of await mailboxesOf(ask))
    for (const { id, kind } of (await mailboxOf(ask, mailbox)).folders)
      if (kind !== 'seen') await ask('mail/deliver', { mailbox, folder: id, count: 2 })
}

async function changeMail(ask: Ask, random: Random, manner: Manner): Promise<void> {
  const mailbox = anyOf(random, await mailboxesOf(ask))?.id ?? ''
  const { messages, folders } = await mailboxOf(ask, mailbox)
  // In Recoverable Items nobody makes a folder; whatever is deleted gets there.
  const outside = folders.filter(({ kind }) => kind === 'seen' || kind === 'hidden')
  const own = outside.filter(({ wellKnownName }) => wellKnownName === null)
  const folder = anyOf(random, own)?.id
  const target = anyOf(random, folders)?.id ?? 'inbox'
  const parent = anyOf(random, outside)?.id
  const many = new Set(folders.filter((one) => one.messages >= 7).map(({ id }) => id))
  const free = manner === 'any' ? messages : messages.filter((one) => many.has(String(one['folderId'])))
  const id = anyOf(random, messages)?.id || undefined
  const going = anyOf(random, free)?.id
  const verbs: [string, object | undefined | ''][] = [
    ['deliver', { folder: target, count: random.integer(1, 3) }],
    [
      'deliver',
      {
        mime: Buffer.from(
          `Subject: ${newName(random)}\r\n\r\n${'x'.repeat(random.integer(0, 9_000))}`,
        ).toString('base64'),
      },
    ],
    ['markRead', id && { id, isRead: random.chance(0.5) }],
    ['update', id && { id, categories: [newName(random)], flagStatus: 'flagged', importance: 'high' }],
    ['delete', going && { id: going }],
    ['createFolder', { name: newName(random), parent, hidden: random.chance(0.2) }],
    ['renameFolder', folder && { folder, name: newName(random) }],
    ...(manner === 'gentle'
      ? []
      : ([
          ['move', id && { id, to: target }],
          ['moveFolder', folder && { folder, to: 'inbox' }],
          ['deleteFolder', folder && random.chance(0.4) ? { folder } : undefined],
        ] as [string, object | undefined][])),
  ]
  const [verb, body] = anyOf(random, verbs) ?? []
  const moving = own.find((one) => one.id === folder)
  // A folder is not put into itself or into one that is in it; the inbox of these tenants is at the top.
  if (
    verb === 'moveFolder' &&
    moving &&
    moving.path[0] === folders.find((one) => one.wellKnownName === 'inbox')?.path[0]
  )
    return
  if (verb && body) await ask(`mail/${verb}`, { mailbox, ...body })
}

async function changeOutlook(
  ask: Ask,
  workload: keyof typeof kinds,
  random: Random,
  manner: Manner,
): Promise<void> {
  const mailbox = anyOf(random, await mailboxesOf(ask))?.id ?? ''
  const { collections, items } = await outlookOf(ask, mailbox, workload)
  const kind = kinds[workload]
  const collection = anyOf(random, collections)?.id
  const own = anyOf(
    random,
    collections.filter(({ wellKnown }) => wellKnown === null),
  )?.id
  const item = anyOf(random, items)
  const many = new Set(collections.filter((one) => one.items >= 7).map(({ id }) => id))
  const going = anyOf(
    random,
    manner === 'any' ? items : items.filter((one) => many.has(one.collectionId)),
  )?.id
  const title = newName(random)
  const fields = {
    calendar: { subject: title },
    contacts: { displayName: title, companyName: 'Elsewhere' },
    todo: { title },
  }[workload]
  const date = item?.exceptions[0]?.date
  const verbs: [string, object | undefined | ''][] = [
    ['create', { kind, collection, fields, count: random.integer(1, 3) }],
    ['update', item && { id: item.id, fields }],
    ['delete', going && { id: going }],
    ['createCollection', { kind, name: title }],
    ['renameCollection', own && { kind, collection: own, name: title }],
    ...(manner === 'gentle'
      ? []
      : ([['deleteCollection', own && random.chance(0.4) ? { kind, collection: own } : undefined]] as [
          string,
          object | undefined,
        ][])),
    ...(workload === 'calendar' && item && date
      ? ([
          ['exception', { id: item.id, date, fields: { subject: title } }],
          ['cancel', item.cancelled[0] && { id: item.id, date: item.cancelled[0] }],
        ] as [string, object][])
      : []),
  ]
  const [verb, body] = anyOf(random, verbs) ?? []
  if (verb && body) await ask(`outlook/${verb}`, { mailbox, ...body })
}

async function changeDrive(ask: Ask, random: Random, manner: Manner): Promise<void> {
  const drive = anyOf(random, await drivesOf(ask))?.id ?? ''
  const items = await driveOf(ask, drive)
  const file = anyOf(
    random,
    items.filter(({ kind }) => kind === 'file'),
  )
  const folders = items.filter(({ kind }) => kind === 'folder')
  const folder = anyOf(random, folders)
  const item = random.chance(0.7) ? file : folder
  const target = random.chance(0.2) ? [] : (anyOf(random, folders)?.path ?? [])
  const isBelow = item?.path.every((name, index) => target[index] === name)
  const isLeaf =
    item !== undefined &&
    !items.some(
      ({ path }) => path.length > item.path.length && item.path.every((name, index) => path[index] === name),
    )
  const taken = new Set(items.map(({ path }) => JSON.stringify(path).toLowerCase()))
  const isTaken = item && taken.has(JSON.stringify([...target, item.path.at(-1)]).toLowerCase())
  const few = items.length < 15
  const verbs: [string, object | undefined | false][] = [
    ['add', { path: [...target, `${newName(random)}.txt`], size: random.integer(0, 40_000) }],
    ['add', { path: [newName(random), newName(random), 'deep.bin'], size: random.integer(1, 200_000) }],
    ['folder', { path: [...target, newName(random)] }],
    ['change', file && { id: file.id, size: random.integer(0, 60_000) }],
    ['rename', item && { id: item.id, name: newName(random) }],
    ['move', item && !isBelow && !isTaken && { id: item.id, to: target }],
    ['share', item && { id: item.id }],
    ['delete', item && (manner === 'any' || (isLeaf && !few)) && { id: item.id }],
  ]
  const [verb, body] = anyOf(random, verbs) ?? []
  if (verb && body) await ask(`drives/${verb}`, { drive, ...body })
}
