/** A restore lab of a tenant whose files alone are protected, with the OneDrive of a user in it. */
import type { Database } from '../../src/database/index.ts'
import type { TenantDrive } from '../jobs/drive-lab.ts'
import { openRestoreLab } from './restore-lab.ts'

export async function openFilesLab(options: Parameters<typeof openRestoreLab>[0]) {
  const lab = await openRestoreLab(options)
  const db: Database = lab.database.db
  await db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(['files']) })
    .execute()
  /** A control verb of the tenant's drives. */
  const control = <T>(verb: string, body: object = {}): Promise<T> =>
    lab.tenant.control(`drives/${verb}`, body) as Promise<T>
  const { drives } = await control<{ drives: TenantDrive[] }>('drives')
  const drive = drives.find(({ userId }) => userId !== undefined)?.id ?? ''
  return { lab, db, control, drive }
}
