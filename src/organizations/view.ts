import type { Selectable } from 'kysely'
import type { CredentialRotationView, OrganizationView, RemovalView, RunView } from '../contract/index.ts'
import type { DatabaseSchema } from '../database/index.ts'
import { type Cloud, workloadIds } from '../microsoft/index.ts'
import { daysLeft, standingOf } from './expiry.ts'
import { whatIsNotAvailable } from './not-available.ts'
import { lifetimeOf } from './own-credentials.ts'
import { mayWrite } from './restore-rights.ts'
import { renewalOf } from './rotation/rotation-rules.ts'

export type OrganizationRow = Selectable<DatabaseSchema['organizations']>

/** What the view shows of backups; answered by the room that makes them. */
export interface BackupSummary {
  summary(organizationId: string): Promise<{ mailboxes: number; items: number; lastRun: RunView | null }>
}

export function organizationView(
  row: OrganizationRow,
  {
    cloud,
    now,
    backups,
    rotation,
    removal,
  }: {
    readonly cloud: Cloud | undefined
    readonly now: number
    readonly backups: { mailboxes: number; items: number; lastRun: RunView | null }
    readonly rotation: CredentialRotationView | null
    readonly removal: RemovalView | null
  },
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
      daysLeft: daysLeft(expiresAt, now),
      thumbprint: row.certificate_thumbprint,
      standing: standingOf(expiresAt, now, lifetimeOf(row)),
      renewal: renewalOf(row, now),
    },
    rotation,
    workloads: row.workloads,
    notAvailable: cloud
      ? whatIsNotAvailable({ cloud, workloads: [...workloadIds], notOffered: row.not_offered }, row.name)
      : [],
    restoreRights: mayWrite(row, now),
    restoreRightsUntil: row.restore_rights_until?.toISOString() ?? null,
    writeGranted: row.write_granted,
    health: row.health,
    drift: row.drift,
    lastCheck:
      row.checked_at && row.check_trigger
        ? { checkedAt: row.checked_at.toISOString(), trigger: row.check_trigger }
        : null,
    state: row.state === 'erasing' ? 'removed' : row.state,
    removal,
    addedAgainAt: row.added_again_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    mailboxes: backups.mailboxes,
    items: backups.items,
    lastRun: backups.lastRun,
  }
}
