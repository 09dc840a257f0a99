import type { ApprovalState, ApprovalView } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'

export type ApprovalRow = Awaited<ReturnType<ReturnType<typeof approvalRows>['executeTakeFirstOrThrow']>>

/** With the names of who asked and decided, and of the organization. */
export function approvalRows(db: Database) {
  return db
    .selectFrom('approvals')
    .leftJoin('operators as asker', 'asker.id', 'approvals.requested_by')
    .leftJoin('operators as decider', 'decider.id', 'approvals.decided_by')
    .leftJoin('organizations', 'organizations.id', 'approvals.organization_id')
    .selectAll('approvals')
    .select([
      'asker.user_name as asker_name',
      'decider.user_name as decider_name',
      'organizations.name as organization_name',
    ])
}

export function approvalView(row: ApprovalRow, now: number): ApprovalView {
  return {
    id: row.id,
    state: stateOf(row, now),
    operation: row.operation,
    organizationId: row.organization_id,
    organizationName: row.organization_name,
    body: row.body,
    reason: row.reason,
    requestedBy: { id: row.requested_by, userName: row.asker_name ?? '' },
    requestedAt: row.requested_at.toISOString(),
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, userName: row.decider_name ?? '' },
    decidedAt: row.decided_at?.toISOString() ?? null,
    readyAt: row.ready_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
  }
}

function stateOf({ state, expires_at, ready_at }: ApprovalRow, now: number): ApprovalState {
  if (state !== 'pending' && state !== 'approved') return state
  if (expires_at.getTime() <= now) return 'expired'
  if (state === 'pending') return 'pending'
  return ready_at !== null && ready_at.getTime() <= now ? 'ready' : 'waiting'
}
