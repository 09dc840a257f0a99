/**
 * Puts one file into a folder of a drive. Safe to repeat: what is there with the same content counts as restored, whoever put it there, so a
 * file whose answer was lost is found and not sent again.
 *
 * Order: look what is there → decide by the conflict choice → upload → compare what Microsoft stored by its hash.
 */
import type { GraphClient } from '../../../microsoft/index.ts'
import { type DriveFile, type GraphDriveItem, readDriveItem } from '../drive-item.ts'
import { readContent } from '../fetch-file.ts'
import { createQuickXorHash } from '../quick-xor-hash.ts'
import { fail } from './errors.ts'
import { type FileEnd, isOfficeFile, longestDirectory, sameDocument } from './office-content.ts'
import { childOf, isNameTaken, itemById } from './target-folder.ts'
import { setDates, upload } from './upload.ts'

export type FileConflict = 'skip' | 'keepBoth' | 'replace' | 'replaceIfNewer'

export interface FileToRestore {
  readonly driveId: string
  readonly folderId: string
  readonly name: string
  readonly size: number
  /** RFC 3339; null where nothing is known. */
  readonly createdAt: string | null
  readonly modifiedAt: string | null
  /** Microsoft's hash of the stored bytes, where it matched them; null: it is made here. */
  readonly quickXorHash: string | null
  readonly conflict: FileConflict
  /** What names a second file beside one that is there: `restored 2026-11-27`. */
  readonly mark: string
  /** An earlier try may have got as far as the upload. */
  readonly resumed: boolean
  /** `length` bytes from `offset` on. */
  read(offset: number, length: number): AsyncIterable<Uint8Array>
}

interface RestoredFile {
  readonly outcome: 'restored' | 'already-there'
  readonly itemId: string
  /** What is there is this file, and not another one of its name. */
  readonly isSame: boolean
  /** What a person should know of it. */
  readonly note: string | null
}

/** Beside a name that is taken, so many others are tried. */
const mostNames = 50
const rewritten =
  'SharePoint changed the Office file when it stored it; all parts of the document are the same.'

/** @throws WRK_RESTORE_ errors, MicrosoftError */
export async function restoreFile(
  graph: GraphClient,
  file: FileToRestore,
  signal: AbortSignal,
): Promise<RestoredFile> {
  const hash = file.quickXorHash ?? (await hashOf(file))
  for (let number = 0; number < mostNames; number += 1) {
    const name = number === 0 ? file.name : nameBeside(file.name, file.mark, number)
    const there = await childOf(graph, file.driveId, file.folderId, name, signal)
    const present = there === undefined ? undefined : fileOf(there)
    if (there !== undefined) {
      const note = present && (await sameContent(present))
      if (present && note !== undefined) {
        if (file.resumed) await setDates(graph, file.driveId, there.id, file, signal)
        return { outcome: file.resumed ? 'restored' : 'already-there', itemId: there.id, isSame: true, note }
      }
      if (file.conflict === 'skip')
        return {
          outcome: 'already-there',
          itemId: there.id,
          isSame: false,
          note: 'Another of this name is there; it was left as it is.',
        }
      if (file.conflict === 'replaceIfNewer' && present && !isNewer(file, present))
        return {
          outcome: 'already-there',
          itemId: there.id,
          isSame: false,
          note: 'What is there is as new or newer; it was left as it is.',
        }
      // A folder is never replaced by a file.
      if (file.conflict === 'keepBoth' || !present) continue
    }
    try {
      const conflict = present ? 'replace' : 'fail'
      const item = await upload(graph, { ...file, name, conflict, read: (o, l) => file.read(o, l) }, signal)
      return { outcome: 'restored', itemId: item.id, isSame: true, note: await verified(item) }
    } catch (error) {
      if (signal.aborted) throw error
      // Somebody was faster, or the answer to the last fragment was lost: what is there decides.
      const now = await childOf(graph, file.driveId, file.folderId, name, signal)
      const own = now && fileOf(now)
      const note = own && (await sameContent(own))
      if (now && note !== undefined) return { outcome: 'restored', itemId: now.id, isSame: true, note }
      if (!isNameTaken(error)) throw error
    }
  }
  throw fail('WRK_RESTORE_NAME_TAKEN', { name: file.name })

  /** Null or a note where a file of the drive is the same; undefined where it is not. */
  async function sameContent(present: DriveFile): Promise<string | null | undefined> {
    if (present.quickXorHash !== null && present.quickXorHash === hash && present.size === file.size)
      return null
    if (!isOfficeFile(file.name)) return undefined
    const stored = await endOf(file, (start) => file.read(start, file.size - start))
    const theirs = await endOf(present, (start) => readContent(graph, file.driveId, present, signal, start))
    return sameDocument(stored, theirs) ? rewritten : undefined
  }

  async function verified(item: GraphDriveItem): Promise<string | null> {
    const answered = item.file?.hashes?.quickXorHash === undefined ? undefined : fileOf(item)
    const present = answered ?? fileOf(await itemById(graph, file.driveId, item.id, signal))
    const note = present && (await sameContent(present))
    if (note !== undefined) return note
    if (present && present.quickXorHash === null && present.size === file.size)
      return 'Microsoft gave no hash of it; the length is the same.'
    throw fail('WRK_RESTORE_DIFFERS', { name: file.name })
  }
}

function fileOf(item: GraphDriveItem): DriveFile | undefined {
  const read = readDriveItem(item)
  return read.kind === 'file' ? read : undefined
}

async function hashOf(file: FileToRestore): Promise<string> {
  const hash = createQuickXorHash()
  for await (const bytes of file.read(0, file.size)) hash.update(bytes)
  return hash.digest()
}

async function endOf(
  { size }: { readonly size: number },
  readFrom: (start: number) => AsyncIterable<Uint8Array>,
): Promise<FileEnd> {
  const start = Math.max(0, size - longestDirectory)
  return { size, bytes: Buffer.concat(await Array.fromAsync(readFrom(start))) }
}

function isNewer({ modifiedAt }: FileToRestore, present: DriveFile): boolean {
  return modifiedAt !== null && (present.modifiedAt === null || Date.parse(modifiedAt) > present.modifiedAt)
}

/** `Plan.docx` → `Plan (restored 2026-11-27).docx`, then `Plan (restored 2026-11-27) 2.docx`. The same again at every try. */
function nameBeside(name: string, mark: string, number: number): string {
  const ending = /\.[^. ]{1,16}$/.exec(name)?.[0] ?? ''
  const own = name.slice(0, name.length - ending.length)
  return `${own} (${mark})${number === 1 ? '' : ` ${number}`}${ending}`
}
