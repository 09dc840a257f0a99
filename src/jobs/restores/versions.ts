/** Older versions of a file that are put back. */
import { findFileVersion, type StoredItem } from '../../catalog/index.ts'
import type { FileConflict, Selection } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { versionName } from '../../workloads/index.ts'
import { fail } from './errors.ts'

/**
 * Rows of a restore for versions, each once, of the one file that is selected.
 * @param selected what the selection holds
 * Throws `JOB_RESTORE_VERSIONS`, `CAT_FILE_UNKNOWN`, `CAT_FILE_VERSION_UNKNOWN`.
 */
export async function versionRows(
  db: Database,
  selection: Selection,
  selected: readonly string[],
  versions: readonly string[],
): Promise<{ item_id: string; version_id: string }[]> {
  const [file, ...others] = selected
  if (!('items' in selection) || file === undefined || others.length > 0) throw fail('JOB_RESTORE_VERSIONS')
  const wanted = [...new Set(versions)]
  for (const version of wanted) await findFileVersion(db, file, version)
  return wanted.map((version_id) => ({ item_id: file, version_id }))
}

/**
 * The file as it was in that version: under its own name where it shall replace what is there, and become its newest version; else under that
 * name and the version's date. Throws `CAT_FILE_UNKNOWN`, `CAT_FILE_VERSION_UNKNOWN`.
 */
export async function versionToRestore(
  db: Database,
  fileId: string,
  version: string,
  conflict: FileConflict,
): Promise<StoredItem> {
  const item = await findFileVersion(db, fileId, version)
  if (conflict === 'replace') return item
  const { receivedAt, subject } = item.view
  return { ...item, view: { ...item.view, subject: versionName(subject, receivedAt) } }
}
