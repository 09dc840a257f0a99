/** A restore as rows: what was asked for, and each item and folder of the selection. */
import { selectedFolders, selectedItems } from '../../catalog/index.ts'
import type { CreateRestore } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { holdActive } from '../removal/organization-work.ts'
import { fail } from './errors.ts'
import { requireRoom } from './restore-store.ts'
import type { FoundTarget } from './restore-target.ts'
import { versionRows } from './versions.ts'

const maximumItems = 100_000

interface ChosenRow {
  readonly item_id?: string
  readonly version_id?: string
  readonly folder_id?: string
  readonly folder_point?: number
}

/**
 * Writes all rows or none, and answers the id of the restore. `target`: what was found of the request's; undefined where things go back.
 * Throws `JOB_RESTORE_EMPTY`, `JOB_RESTORE_TOO_LARGE`, `JOB_RESTORE_TARGET_FULL`, errors of the selection and of versions.
 */
export async function chooseRows(
  db: Database,
  restore: {
    readonly organizationId: string
    readonly operatorId: string
    readonly request: CreateRestore
    readonly target: FoundTarget | undefined
    /** Milliseconds. */
    readonly now: number
  },
): Promise<string> {
  const { organizationId, operatorId, request, target, now } = restore
  const { selection, sharing = false, versions } = request
  return db.transaction().execute(async (transaction) => {
    await holdActive(transaction, organizationId)
    const { id } = await transaction
      .insertInto('restores')
      .values({
        organization_id: organizationId,
        requested_by: operatorId,
        ...folderColumns(request, now),
        ...targetColumns(target),
        ...(request.sharing === undefined ? {} : { sharing: request.sharing }),
        ...(request.conflict === undefined ? {} : { conflict: request.conflict }),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    let position = 0
    const add = async (rows: readonly ChosenRow[]) => {
      if (position + rows.length > maximumItems)
        throw fail('JOB_RESTORE_TOO_LARGE', { maximum: maximumItems })
      const wanted = rows.map((row) => ({
        restore_id: id,
        position: position++,
        state: 'waiting' as const,
        ...row,
      }))
      for (let start = 0; start < wanted.length; start += 1000)
        await transaction
          .insertInto('restore_items')
          .values(wanted.slice(start, start + 1000))
          .execute()
    }
    for await (const batch of selectedItems(transaction, organizationId, selection))
      await add(
        versions === undefined
          ? batch.map((item_id) => ({ item_id }))
          : await versionRows(transaction, selection, batch, versions),
      )
    for await (const batch of selectedFolders(transaction, organizationId, selection, sharing))
      await add(batch.map(({ folderId, point }) => ({ folder_id: folderId, folder_point: point })))
    if (position === 0) throw fail('JOB_RESTORE_EMPTY')
    if (target) await requireRoom(transaction, id, target.room)
    return id
  })
}

function folderColumns({ folder = { kind: 'dated' } }: CreateRestore, now: number) {
  const folder_name =
    folder.kind === 'named'
      ? folder.name.trim()
      : folder.kind === 'original'
        ? 'Original folder'
        : `Restored ${new Date(now).toISOString().slice(0, 10)}`
  return { folder_kind: folder.kind, folder_name }
}

function targetColumns(target: FoundTarget | undefined) {
  if (!target) return {}
  const { destination, name } = target
  return 'userId' in destination
    ? { target_user_id: destination.userId, target_user_name: name }
    : { target_drive_id: destination.driveId, target_drive_name: name }
}
