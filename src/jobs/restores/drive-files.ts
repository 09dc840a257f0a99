/** Restoring files and folders of drives: which drive and folder each goes to, and putting it there. */
import type { StoredFolder, StoredItem } from '../../catalog/index.ts'
import { readRange } from '../../repository/index.ts'
import {
  driveAbsence,
  driveClosed,
  driveRoom,
  folderByNames,
  type MissingFolder,
  restoreFile,
  sameFolder,
  shareAgain,
  userDrive,
} from '../../workloads/index.ts'
import { fail } from './errors.ts'
import type { Destination, RestoreTools, WorkloadRestorer } from './restorers.ts'
import { contentNode } from './stored-content.ts'

export const driveRestorer: WorkloadRestorer = {
  async requirePlace(graph, destination) {
    try {
      return await driveRoom(graph, destination)
    } catch (error) {
      const why = driveClosed(error)
      if (why !== undefined) throw fail('JOB_RESTORE_TARGET_CLOSED', { why }, error)
      const absence = driveAbsence(error)
      if (absence !== undefined) throw fail('JOB_RESTORE_TARGET_WITHOUT_DRIVE', { why: absence }, error)
      throw error
    }
  },

  async place(tools, item) {
    const driveId = await driveOf(tools, item)
    // The first name is that of the drive.
    const names = item.view.folderPath.split(' / ').slice(1)
    const { key, folderId } = await folderOf(
      tools,
      driveId,
      names,
      originalOf(tools, item.folderExternalId, item),
      { id: item.view.folderId, point: item.lastPoint },
    )
    return { ownerId: driveId, folderId, key }
  },

  async restore(tools, item, { ownerId: driveId, folderId }, resumed) {
    const { graph, inTurn, order, repository, signal } = tools
    const { metadata, view } = item
    const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : null)
    const { subject: name, size } = view
    const node = contentNode(item)
    const file = {
      driveId,
      folderId,
      name,
      size,
      createdAt: text('createdAt'),
      modifiedAt: text('modifiedAt'),
      quickXorHash: text('hashCheck') === 'verified' ? text('quickXorHash') : null,
      conflict: order.conflict,
      mark: `restored ${order.askedAt.toISOString().slice(0, 10)}`,
      resumed,
      read: (offset: number, length: number) => readRange(repository, node, offset, length, signal),
    }
    const { outcome, itemId, isSame, note } = await inTurn(`${folderId}\n${name.toLowerCase()}`, () =>
      restoreFile(graph, file, signal),
    )
    // What is there is somebody else's file, whom nobody asked to share it.
    const shared = isSame ? await sharedAgain(tools, driveId, itemId, metadata) : []
    return { outcome, messageId: itemId, notes: [note === null ? [] : note, shared].flat() }
  },

  async restoreFolder(tools, folder, resumed) {
    const driveId = await driveOf(tools, folder)
    const original = originalOf(tools, folder.externalId, folder)
    const { folderId, isMade } = await folderOf(tools, driveId, folder.names, original, folder)
    const notes = await sharedAgain(tools, driveId, folderId, folder.metadata)
    return { outcome: isMade || resumed ? 'restored' : 'already-there', messageId: folderId, notes }
  },
}

type Origin = Pick<StoredItem | StoredFolder, 'userId' | 'siteId'>

/** Null where it goes back: also where what was named is where it came from. */
function elsewhere({ order }: RestoreTools, { userId, siteId }: Origin): Destination | null {
  const { destination } = order
  if (destination === null) return null
  const isHome =
    'driveId' in destination
      ? siteId !== null && destination.driveId === userId
      : siteId === null && destination.userId === userId
  return isHome ? null : destination
}

/** A OneDrive is found by its user, a library is known by its drive. */
async function driveOf(tools: RestoreTools, origin: Origin): Promise<string> {
  const { graph, remembered, signal } = tools
  const home = origin.siteId === null ? { userId: origin.userId } : { driveId: origin.userId }
  const destination = elsewhere(tools, origin) ?? home
  if ('driveId' in destination) return destination.driveId
  const { userId } = destination
  return remembered(`drive\n${userId}`, async () => (await userDrive(graph, userId, signal)).driveId)
}

/** Microsoft's id of the folder as it was, where things go back to where they were. Elsewhere folders go by their names. */
function originalOf(tools: RestoreTools, externalId: string, origin: Origin): string | null {
  return tools.order.folderKind === 'original' && elsewhere(tools, origin) === null ? externalId : null
}

async function folderOf(
  tools: RestoreTools,
  driveId: string,
  names: readonly string[],
  originalId: string | null,
  stored: Pick<StoredFolder, 'id' | 'point'>,
): Promise<{ readonly folderId: string; readonly key: string; readonly isMade: boolean }> {
  const { graph, inTurn, order, remembered, signal } = tools
  const path = order.folderKind === 'original' ? names : [order.folderName, ...names]
  const key = `folder\n${driveId}\n${originalId ?? ''}\n${path.join('/')}`
  let isMade = false
  const folderId = await remembered(key, () =>
    // Folders are made one after the other: two files would each see that theirs is missing.
    inTurn(`folders\n${driveId}`, async () => {
      const there = originalId === null ? undefined : await sameFolder(graph, driveId, originalId, signal)
      if (there !== undefined) return there
      const missing = (folder: MissingFolder) => dateLater(tools, driveId, path.length, folder, stored)
      const found = await folderByNames(graph, driveId, path, missing, signal)
      isMade = found.isMade
      return found.folderId
    }),
  )
  return { folderId, key, isMade }
}

/** Folders that this restore makes are given the dates of those that they stand for. */
async function dateLater(
  { foldersDownTo, noteFolder }: RestoreTools,
  driveId: string,
  length: number,
  { parentId, name, depth }: MissingFolder,
  stored: Pick<StoredFolder, 'id' | 'point'>,
): Promise<void> {
  // The first is the drive itself. A folder that the restore was asked to put all into stands for none.
  const [, ...folders] = await foldersDownTo(stored.id, stored.point)
  const metadata = folders.at(depth - length)?.metadata ?? {}
  const date = (key: string) => (typeof metadata[key] === 'string' ? metadata[key] : null)
  const dates = { createdAt: date('createdAt'), modifiedAt: date('modifiedAt') }
  if (dates.createdAt === null && dates.modifiedAt === null) return
  await noteFolder({ driveId, parentId, name, ...dates })
}

async function sharedAgain(
  { clock, graph, order, signal }: RestoreTools,
  driveId: string,
  itemId: string,
  { permissions }: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  if (!order.sharing || !Array.isArray(permissions)) return []
  const missing = await shareAgain(graph, { driveId, itemId }, permissions, clock.now(), signal)
  return missing.length === 0 ? [] : [`Not shared again: ${missing.join('; ')}.`]
}
