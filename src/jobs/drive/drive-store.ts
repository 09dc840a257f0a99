/** What the steps of a drive's backup share. */
import type { DriveFile, DriveFolder } from '../../workloads/index.ts'
import type { CheckpointBuffer } from '../resource/checkpoint-buffer.ts'
import type { FailedItems } from '../resource/failed-items.ts'
import type { ResourceContext } from '../resource/resource-context.ts'
import type { DriveFolders } from './drive-folders.ts'

export interface DriveStore {
  readonly context: ResourceContext
  readonly driveId: string
  readonly buffer: CheckpointBuffer
  readonly folders: DriveFolders
  readonly failedItems: FailedItems
}

/** Folders first: a position must never pass one that is not recorded. */
export async function recordIfDue({ buffer, folders }: DriveStore): Promise<void> {
  if (!buffer.isDue()) return
  await folders.stage()
  await buffer.record()
}

export function parentOf({ parentExternalId }: DriveFile | DriveFolder): string {
  return parentExternalId ?? ''
}

export function iso(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString()
}
