import type { Selectable } from 'kysely'
import type { OrganizationView, RunView } from '../contract/index.ts'
import type { DatabaseSchema } from '../database/index.ts'
import type { Cloud } from '../microsoft/index.ts'

export type OrganizationRow = Selectable<DatabaseSchema['organizations']>

/** What the view shows of backups; answered by the room that makes them. */
export interface BackupSummary {
  summary(organizationId: string): Promise<{ mailboxes: number; items: number; lastRun: RunView | null }>
}

const dayMs = 24 * 60 * 60 * 1000

export function organizationView(
  row: OrganizationRow,
  cloud: Cloud | undefined,
  now: number,
  backups: { mailboxes: number; items: number; lastRun: RunView | null },
): OrganizationView {
  const expiresAt = row.credential_expires_at
  return {
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    defaultDomain: row.default_domain,
    cloud: row.cloud,
    cloudName: cloud?.name ?? row.cloud,
    method: row.method,
    applicationId: row.application_id,
    credential: {
      kind: row.credential_kind,
      expiresAt: expiresAt?.toISOString() ?? null,
      daysLeft: expiresAt ? Math.floor((expiresAt.getTime() - now) / dayMs) : null,
      thumbprint: row.certificate_thumbprint,
    },
    workloads: row.workloads,
    restoreRights: row.restore_rights,
    health: row.health,
    createdAt: row.created_at.toISOString(),
    mailboxes: backups.mailboxes,
    items: backups.items,
    lastRun: backups.lastRun,
  }
}
