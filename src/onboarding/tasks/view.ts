import type { Selectable } from 'kysely'
import type { DeviceCodeView, TaskView } from '../../contract/index.ts'
import type { DatabaseSchema } from '../../database/index.ts'

export type TaskRow = Selectable<DatabaseSchema['administrator_tasks']>

/** A task as everyone may see it: no secret, no object ids of accounts. */
export function taskView(row: TaskRow, deviceCode: DeviceCodeView | null): TaskView {
  return {
    id: row.id,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    cloud: row.cloud,
    kind: row.kind,
    state: row.state,
    workloads: row.input.workloads ?? [],
    endsAt: row.input.endsAt ?? null,
    credentialKind: row.credential_kind,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    tenant: row.tenant,
    account: row.account && {
      userPrincipalName: row.account.userPrincipalName,
      displayName: row.account.displayName,
    },
    approval: row.approval,
    deviceCode,
    changes: row.changes,
    steps: row.steps,
    notice: row.notice,
    error: row.error,
    outcome: row.outcome,
  }
}
