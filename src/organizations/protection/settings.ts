/** The rows of protection settings: read with what holds where nothing was chosen, and written. */
import type { Retention, RetentionResult } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { defaultRetention, defaultSettings, type ProtectionSettings } from './defaults.ts'

export interface StoredProtection {
  readonly organizationId: string
  readonly settings: ProtectionSettings
  readonly retention: Retention
  readonly newUsersAfter: Date
  readonly newSitesAfter: Date
  readonly scheduleAfter: Date
  readonly lastRetention: RetentionResult | null
  /** Null where nobody has chosen anything. */
  readonly updatedAt: Date | null
}

export async function readProtection(db: Database, organizationId: string): Promise<StoredProtection> {
  const row = await db
    .selectFrom('protection_settings')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  if (!row) {
    const never = new Date(0)
    return {
      organizationId,
      settings: defaultSettings,
      retention: defaultRetention,
      newUsersAfter: never,
      newSitesAfter: never,
      scheduleAfter: never,
      lastRetention: null,
      updatedAt: null,
    }
  }
  return {
    organizationId,
    settings: { ...defaultSettings, ...(row.settings as Partial<ProtectionSettings>) },
    retention: { ...defaultRetention, ...(row.retention as Partial<Retention>) },
    newUsersAfter: row.new_users_after,
    newSitesAfter: row.new_sites_after,
    scheduleAfter: row.schedule_after,
    lastRetention: row.retention_result,
    updatedAt: row.updated_at,
  }
}

export async function writeProtection(
  db: Database,
  stored: StoredProtection & { readonly updatedAt: Date },
  operatorId: string | null,
  retentionDue: boolean,
): Promise<void> {
  const row = {
    settings: JSON.stringify(stored.settings),
    retention: JSON.stringify(stored.retention),
    new_users_after: stored.newUsersAfter,
    new_sites_after: stored.newSitesAfter,
    schedule_after: stored.scheduleAfter,
    updated_at: stored.updatedAt,
    updated_by: operatorId,
  }
  await db
    .insertInto('protection_settings')
    .values({ organization_id: stored.organizationId, ...row, retention_due: retentionDue })
    .onConflict((conflict) =>
      conflict
        .column('organization_id')
        .doUpdateSet({ ...row, ...(retentionDue && { retention_due: true }) }),
    )
    .execute()
}
