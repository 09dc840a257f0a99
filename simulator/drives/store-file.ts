import { isRecord } from '../mail/message-input.ts'
import { buffersOf, bytesContent, type FileContent, joinedContent } from './content.ts'
import {
  addItem,
  childNamed,
  type Drive,
  type DriveItem,
  freshKey,
  replaceContent,
  usedBytes,
} from './drive.ts'
import { checkName, nameExists, quotaReached } from './failures.ts'
import type { Conflict, House } from './house.ts'
import { freeName, mimeTypeOf } from './populate.ts'

/** Dates that a client gives, over those that are there. */
export const readFileSystemInfo = (
  value: unknown,
  present: DriveItem['fileSystem'],
): DriveItem['fileSystem'] => {
  if (!isRecord(value)) return present
  const at = (name: string, fallback: number): number => {
    const time = Date.parse(String(value[name]))
    return Number.isNaN(time) ? fallback : time
  }
  return {
    createdAt: at('createdDateTime', present.createdAt),
    modifiedAt: at('lastModifiedDateTime', present.modifiedAt),
  }
}

/**
 * What SharePoint makes of an Office file in a library: its own properties are written into the ZIP. Here a comment at the ZIP's end stands
 * for them: another size and hash, the same document.
 */
function asStored(house: House, drive: Drive, name: string, content: FileContent): FileContent {
  const { spoiledEnding } = house.behaviour
  if (spoiledEnding !== '' && name.endsWith(spoiledEnding) && content.size > 0) {
    const spoiled = Buffer.concat([...buffersOf(content, 0, content.size)])
    spoiled[spoiled.length - 1] = (spoiled.at(-1) ?? 0) ^ 1
    return bytesContent(spoiled.length, () => spoiled)
  }
  if (!house.behaviour.rewriteOfficeFiles || drive.kind !== 'documentLibrary') return content
  if (!/\.(docx|xlsx|pptx)$/i.test(name) || content.size < 22 || content.size > 50_000_000) return content
  const bytes = Buffer.concat([...buffersOf(content, 0, content.size)])
  const end = bytes.length - 22
  if (bytes.readUInt32LE(end) !== 0x06054b50 || bytes.readUInt16LE(end + 20) !== 0) return content
  const comment = Buffer.from(`SharePoint ${drive.id}`)
  bytes.writeUInt16LE(comment.length, end + 20)
  return joinedContent([bytes, comment])
}

/** Puts content into a folder, as the conflict behaviour asks. Throws 400, 409 and 507. */
export const storeFile = (
  house: House,
  drive: Drive,
  parent: DriveItem,
  given: {
    readonly name: string
    readonly content: FileContent
    readonly conflict: Conflict
    readonly fileSystemInfo?: unknown
  },
): { readonly item: DriveItem; readonly isNew: boolean } => {
  checkName(given.name)
  const now = house.tenant.clock.now()
  if (usedBytes(drive) + given.content.size > drive.quota) throw quotaReached()
  const present = childNamed(parent, given.name)
  if (present && (given.conflict === 'fail' || !present.file)) {
    if (given.conflict !== 'rename') throw nameExists()
  }
  if (present?.file && given.conflict === 'replace') {
    replaceContent(drive, present, asStored(house, drive, given.name, given.content), now)
    present.fileSystem = readFileSystemInfo(given.fileSystemInfo, present.fileSystem)
    return { item: present, isNew: false }
  }
  const name = freeName(parent, given.name)
  const item = addItem(drive, freshKey(drive), parent, {
    name,
    createdAt: now,
    file: {
      content: asStored(house, drive, name, given.content),
      mimeType: mimeTypeOf(name),
      version: 1,
      older: [],
    },
  })
  item.fileSystem = readFileSystemInfo(given.fileSystemInfo, item.fileSystem)
  return { item, isNew: true }
}
