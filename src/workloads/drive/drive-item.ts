/** Files and folders as Graph describes them, read strictly into what a backup keeps. */
import { isAppError } from '../../errors/index.ts'
import { fail } from '../errors.ts'
import { plainText } from '../mail/plain-text.ts'

/** An item of a delta page. Any field may be missing. */
export interface GraphDriveItem {
  readonly id: string
  readonly name?: string
  readonly size?: number
  readonly eTag?: string
  readonly cTag?: string
  readonly root?: object
  readonly folder?: object
  readonly file?: { readonly mimeType?: string; readonly hashes?: { readonly quickXorHash?: string } }
  readonly package?: { readonly type?: string }
  readonly deleted?: object
  readonly malware?: { readonly description?: string }
  readonly shared?: object
  readonly createdBy?: GraphIdentitySet
  readonly lastModifiedBy?: GraphIdentitySet
  readonly parentReference?: { readonly id?: string }
  readonly fileSystemInfo?: { readonly createdDateTime?: string; readonly lastModifiedDateTime?: string }
  readonly '@microsoft.graph.downloadUrl'?: string
}

/** Who did something: of several kinds at most one is a person. */
export interface GraphIdentitySet {
  readonly user?: { readonly displayName?: string; readonly email?: string }
  readonly application?: { readonly displayName?: string }
}

/** Fields of every call for items. */
export const driveItemFields: readonly string[] = [
  'id',
  'name',
  'size',
  'eTag',
  'cTag',
  'root',
  'folder',
  'file',
  'package',
  'deleted',
  'malware',
  'shared',
  'parentReference',
  'fileSystemInfo',
  'createdBy',
  'lastModifiedBy',
  '@microsoft.graph.downloadUrl',
]

interface DriveEntry {
  /** Microsoft's id: stays the same when the item is renamed or moved within its drive. */
  readonly externalId: string
  /** Null for the root. */
  readonly parentExternalId: string | null
  /** As people see it. */
  readonly name: string
  /** Milliseconds since the epoch, as the client that made the file said; null where nothing is said. */
  readonly createdAt: number | null
  readonly modifiedAt: number | null
  /** Whether it has permissions of its own. */
  readonly shared: boolean
  /** Changes with anything of the item; null where nothing is said. */
  readonly tag: string | null
  readonly createdBy: string | null
  readonly modifiedBy: string | null
}

export interface DriveFolder extends DriveEntry {
  readonly kind: 'root' | 'folder' | 'notebook'
}

export interface DriveFile extends DriveEntry {
  readonly kind: 'file'
  readonly mimeType: string | null
  /** Bytes, as Microsoft says. */
  readonly size: number
  /** Changes with the content and with nothing else. */
  readonly contentTag: string
  /** quickXorHash in base64; null where Microsoft gives none. */
  readonly quickXorHash: string | null
  /** Microsoft found malware in it and gives it to nobody. */
  readonly malware: boolean
  /** Where the content comes from for some minutes, without a token. */
  readonly downloadUrl: string | null
}

/** An entry that lacks what a backup needs of it. */
export interface UnreadableEntry {
  readonly externalId: string
  readonly parentExternalId: string | null
  /** Its id where it has no name. */
  readonly name: string
  readonly isFile: boolean
  readonly error: unknown
}

/** One entry of a delta page: an item as it is now, one that cannot be read, or one that is gone. */
export type DriveChange =
  | { readonly gone: false; readonly item: DriveFolder | DriveFile; readonly unreadable?: never }
  | { readonly gone: false; readonly item: null; readonly unreadable: UnreadableEntry }
  | { readonly gone: true; readonly externalId: string }

/**
 * One entry that lacks something does not keep the others from being read.
 * @throws WRK_DRIVE_ITEM_INCOMPLETE when it has not even an id
 */
export function readDriveChange(item: GraphDriveItem): DriveChange {
  const externalId = required(item.id, 'id')
  if (item.deleted !== undefined) return { gone: true, externalId }
  try {
    return { gone: false, item: readDriveItem(item) }
  } catch (error) {
    if (!isAppError(error, 'WRK_DRIVE_ITEM_INCOMPLETE')) throw error
    const name = plainText(item.name ?? externalId)
    const parentExternalId = item.parentReference?.id ?? null
    const isFile = item.file !== undefined
    return { gone: false, item: null, unreadable: { externalId, parentExternalId, name, isFile, error } }
  }
}

/** @throws WRK_DRIVE_ITEM_INCOMPLETE */
export function readDriveItem(item: GraphDriveItem): DriveFolder | DriveFile {
  const entry: DriveEntry = {
    externalId: required(item.id, 'id'),
    parentExternalId: item.root === undefined ? required(item.parentReference?.id, 'parentReference') : null,
    name: plainText(item.root === undefined ? required(item.name, 'name') : 'root'),
    createdAt: time(item.fileSystemInfo?.createdDateTime),
    modifiedAt: time(item.fileSystemInfo?.lastModifiedDateTime),
    shared: item.shared !== undefined,
    tag: item.eTag ?? null,
    createdBy: nameOf(item.createdBy),
    modifiedBy: nameOf(item.lastModifiedBy),
  }
  if (item.root !== undefined) return { ...entry, kind: 'root' }
  // A notebook is a package that is a folder as well.
  if (item.package !== undefined) return { ...entry, kind: 'notebook' }
  if (item.file === undefined) return { ...entry, kind: 'folder' }
  return {
    ...entry,
    kind: 'file',
    mimeType: item.file.mimeType ?? null,
    size: required(item.size, 'size'),
    contentTag: required(item.cTag ?? item.eTag, 'cTag'),
    quickXorHash: item.file.hashes?.quickXorHash ?? null,
    malware: item.malware !== undefined,
    downloadUrl: item['@microsoft.graph.downloadUrl'] ?? null,
  }
}

export function nameOf(who: GraphIdentitySet | undefined): string | null {
  const name = who?.user?.displayName ?? who?.user?.email ?? who?.application?.displayName
  return name === undefined ? null : plainText(name)
}

function required<T>(value: T | undefined, property: string): T {
  if (value === undefined) throw fail('WRK_DRIVE_ITEM_INCOMPLETE', { property })
  return value
}

/** Milliseconds since the epoch; null for what is no time. */
export function time(text: string | undefined): number | null {
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(milliseconds) ? null : milliseconds
}
