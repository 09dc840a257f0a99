import { createHash } from 'node:crypto'
import type { Copies } from '../copies.ts'
import type { FileContent } from './content.ts'

/**
 * The store of one drive: a OneDrive or a document library. Every change gets the next number of one sequence, and change
 * tracking is "what has a higher number". Names are unique in a folder whatever their case.
 */

export type Version = { readonly number: number; readonly content: FileContent; readonly modifiedAt: number }

export type Permission = {
  readonly id: string
  readonly roles: readonly string[]
  readonly link?: { readonly type: string; readonly scope: string; readonly webUrl: string }
  readonly grantedTo?: { readonly displayName: string; readonly email: string }
}

export type ItemFault =
  | 'malware'
  | 'no-hash'
  | 'wrong-hash'
  | 'wrong-size'
  | 'listed-larger'
  | 'listed-smaller'
  | 'listed-empty'
  | 'incomplete'

export type FileFacet = {
  content: FileContent
  readonly mimeType: string
  /** Number of the present version; older ones below, newest first. */
  version: number
  older: readonly Version[]
  readonly corpusName?: string
}

export type DriveItem = {
  readonly id: string
  name: string
  parent: DriveItem | undefined
  /** Absent for folders. */
  readonly file?: FileFacet
  /** `oneNote` for notebooks, which are folders of another kind. */
  readonly package?: string
  readonly children: Map<string, DriveItem>
  readonly createdAt: number
  modifiedAt: number
  /** What the client says of its dates, milliseconds since 1970. */
  fileSystem: { readonly createdAt: number; readonly modifiedAt: number }
  changedAt: number
  contentChangedAt: number
  permissions: readonly Permission[]
  faults: ReadonlySet<ItemFault>
}

export type Tombstone = {
  readonly id: string
  readonly parentId: string
  readonly isFolder: boolean
  readonly sequence: number
}

export type Drive = {
  readonly id: string
  readonly kind: 'business' | 'documentLibrary'
  readonly name: string
  readonly owner: { readonly userId: string } | { readonly siteId: string }
  readonly createdAt: number
  readonly root: DriveItem
  readonly items: Map<string, DriveItem>
  tombstones: Tombstone[]
  copies?: Copies<DriveItem>
  sequence: number
  /** Delta tokens of an older generation have expired. */
  generation: number
  created: number
  /** Bytes. */
  quota: number
  /** Older versions of each file that are kept when it changes; 500 by default. */
  keptVersions: number
  /** Locked or archived: everything is answered with 423. */
  lock: 'resourceLocked' | 'notAllowed' | undefined
}

const digest = (label: string): Buffer => createHash('sha256').update(label).digest()

export const driveId = (label: string): string => `b!${digest(`drive/${label}`).toString('base64url')}`

const itemId = (drive: string, key: string): string => {
  const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return `01${[...digest(`${drive}/item/${key}`)].map((byte) => base32[byte & 31]).join('')}`
}

const newItem = (
  drive: string,
  key: string,
  fields: Pick<DriveItem, 'name' | 'parent' | 'createdAt'> & Partial<DriveItem>,
): DriveItem => ({
  id: itemId(drive, key),
  children: new Map(),
  modifiedAt: fields.createdAt,
  fileSystem: { createdAt: fields.createdAt, modifiedAt: fields.createdAt },
  changedAt: 1,
  contentChangedAt: 1,
  permissions: [],
  faults: new Set(),
  ...fields,
})

export const createDrive = (
  label: string,
  traits: Pick<Drive, 'kind' | 'name' | 'owner' | 'createdAt'>,
): Drive => {
  const id = driveId(label)
  const root = newItem(id, 'root', { name: 'root', parent: undefined, createdAt: traits.createdAt })
  return {
    ...traits,
    id,
    root,
    items: new Map([[root.id, root]]),
    tombstones: [],
    sequence: 1,
    generation: 1,
    created: 0,
    quota: 1024 ** 4,
    keptVersions: 500,
    lock: undefined,
  }
}

export const next = (drive: Drive): number => {
  drive.sequence += 1
  return drive.sequence
}

/** A drive has copies of one file. They begin anew when it is asked for more. */
export const copyItem = (drive: Drive, item: DriveItem, count: number): void => {
  drive.copies = { of: item, after: drive.sequence, count }
  drive.sequence += count
}

/** A key that no item of this drive had before. */
export const freshKey = (drive: Drive): string => {
  drive.created += 1
  return `new-${drive.created}`
}

export const childNamed = (folder: DriveItem, name: string): DriveItem | undefined =>
  folder.children.get(name.toLowerCase())

export const addItem = (
  drive: Drive,
  key: string,
  parent: DriveItem,
  fields: Pick<DriveItem, 'name' | 'createdAt'> & Partial<DriveItem>,
): DriveItem => {
  const sequence = next(drive)
  const item = newItem(drive.id, key, {
    ...fields,
    parent,
    changedAt: sequence,
    contentChangedAt: sequence,
  })
  parent.children.set(item.name.toLowerCase(), item)
  drive.items.set(item.id, item)
  return item
}

export const touchItem = (drive: Drive, item: DriveItem, now: number): void => {
  item.changedAt = next(drive)
  item.modifiedAt = now
}

/** New content becomes the next version. */
export const replaceContent = (drive: Drive, item: DriveItem, content: FileContent, now: number): void => {
  const { file } = item
  if (!file) throw new Error(`${item.name} is no file`)
  file.older = [
    { number: file.version, content: file.content, modifiedAt: item.modifiedAt },
    ...file.older,
  ].slice(0, drive.keptVersions)
  file.version += 1
  file.content = content
  item.fileSystem = { ...item.fileSystem, modifiedAt: now }
  touchItem(drive, item, now)
  item.contentChangedAt = item.changedAt
}

export const moveItem = (
  drive: Drive,
  item: DriveItem,
  parent: DriveItem,
  name: string,
  now: number,
): void => {
  item.parent?.children.delete(item.name.toLowerCase())
  item.name = name
  item.parent = parent
  parent.children.set(name.toLowerCase(), item)
  touchItem(drive, item, now)
}

/** Removes an item and all below it; each leaves a tombstone, the deepest first. */
export const removeItem = (drive: Drive, item: DriveItem): void => {
  for (const child of item.children.values()) removeItem(drive, child)
  item.parent?.children.delete(item.name.toLowerCase())
  drive.items.delete(item.id)
  drive.tombstones.push({
    id: item.id,
    parentId: item.parent?.id ?? '',
    isFolder: item.file === undefined,
    sequence: next(drive),
  })
}

/** From below the root down to the item. */
export const pathOf = (item: DriveItem): readonly string[] =>
  item.parent === undefined ? [] : [...pathOf(item.parent), item.name]

export const ancestorsOf = (item: DriveItem): readonly DriveItem[] =>
  item.parent === undefined ? [] : [...ancestorsOf(item.parent), item.parent]

/** Bytes in use, older versions included. */
export const usedBytes = (drive: Drive): number => {
  let sum = 0
  for (const { file } of drive.items.values()) {
    if (file) sum += file.older.reduce((total, { content }) => total + content.size, file.content.size)
  }
  return sum
}
