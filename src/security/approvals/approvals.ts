/**
 * Requests for acts that need a second operator. Each step is one statement that names the state it starts from, so that of two who come at
 * once (approve and decline, or the same act twice) one wins and the other is told.
 */
import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { ApprovalQuery, ApprovalView, EventBus, OperatorView, Page } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { type ApprovalRow, approvalRows, approvalView } from './view.ts'

/** What somebody wants to do, as it would be done. */
export interface ApprovalSubject {
  readonly operation: string
  readonly parameters: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | null
  readonly organizationId: string | null
}

export interface Approvals {
  /** Uses up an approval of this operator for exactly this; null when there is none that is ready. */
  use(subject: ApprovalSubject, operatorId: string): Promise<string | null>
  /** The act did not come about: the approval may be used again. */
  giveBack(id: string): Promise<void>
  /** Puts it to the others, or answers the request that there is already. */
  request(subject: ApprovalSubject, operator: OperatorView, reason: string): Promise<ApprovalView>
  /** Newest first; `of`: only those that this operator asked for. */
  list(query: ApprovalQuery, of: string | null): Promise<Page<ApprovalView>>
  /** Throws APR_UNKNOWN. */
  get(id: string): Promise<ApprovalView>
  /** Throws APR_UNKNOWN, APR_OWN_REQUEST, APR_DECIDED. */
  approve(id: string, operatorId: string, delayHours: number): Promise<ApprovalView>
  decline(id: string, operatorId: string): Promise<ApprovalView>
  /** Takes it back. Throws APR_UNKNOWN, APR_DECIDED. */
  cancel(id: string, operatorId: string): Promise<ApprovalView>
  /** Throws APR_UNKNOWN, APR_DECIDED. */
  setReason(id: string, operatorId: string, reason: string): Promise<ApprovalView>
}

const hour = 3_600_000
/** How long a request waits for somebody to decide, and an approved one for being done. */
const decisionLimit = 14 * 24 * hour
const useLimit = 7 * 24 * hour

/** @param events hear of every step */
export function createApprovals({
  db,
  clock,
  events,
}: {
  readonly db: Database
  readonly clock: Clock
  readonly events: EventBus
}): Approvals {
  const now = () => new Date(clock.now())
  const get = async (id: string): Promise<ApprovalView> => {
    const row = await approvalRows(db).where('approvals.id', '=', id).executeTakeFirst()
    if (!row) throw fail('APR_UNKNOWN')
    return approvalView(row, clock.now())
  }
  const told = async (id: string): Promise<ApprovalView> => {
    const view = await get(id)
    events.publish({ topic: 'approval', view })
    return view
  }
  /** Why a step from 'pending' found nothing to do. */
  async function refuse(id: string, decider: string | null): Promise<never> {
    const { state, requestedBy } = await get(id)
    if (decider !== null && requestedBy.id === decider) throw fail('APR_OWN_REQUEST')
    throw fail('APR_DECIDED', { state })
  }
  const open = (id: string) =>
    db
      .updateTable('approvals')
      .where('id', '=', id)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now())
      .returning('id')

  async function decide(id: string, operatorId: string, delayHours: number | null): Promise<ApprovalView> {
    const readyAt = clock.now() + (delayHours ?? 0) * hour
    const decided = await open(id)
      .set({
        decided_by: operatorId,
        decided_at: now(),
        ...(delayHours === null
          ? { state: 'declined' as const }
          : {
              state: 'approved' as const,
              ready_at: new Date(readyAt),
              expires_at: new Date(readyAt + useLimit),
            }),
      })
      .where('requested_by', '!=', operatorId)
      .executeTakeFirst()
    return decided ? told(id) : refuse(id, operatorId)
  }

  return {
    get,
    use: async ({ operation, parameters, body }, operatorId) => {
      const used = await db
        .updateTable('approvals')
        .set({ state: 'used', used_at: now() })
        .where('requested_by', '=', operatorId)
        .where('operation', '=', operation)
        .where('fingerprint', '=', fingerprintOf(operation, parameters, body))
        .where('state', '=', 'approved')
        .where('ready_at', '<=', now())
        .where('expires_at', '>', now())
        .returning('id')
        .executeTakeFirst()
      if (used) await told(used.id)
      return used?.id ?? null
    },
    giveBack: async (id) => {
      await db
        .updateTable('approvals')
        .set({ state: 'approved', used_at: null })
        .where('id', '=', id)
        .where('state', '=', 'used')
        .execute()
      await told(id)
    },
    request: async ({ operation, parameters, body, organizationId }, operator, reason) => {
      const fingerprint = fingerprintOf(operation, parameters, body)
      const same = { requested_by: operator.id, operation, fingerprint }
      // What has run out makes room.
      await db
        .updateTable('approvals')
        .set({ state: 'cancelled' })
        .where('requested_by', '=', operator.id)
        .where('operation', '=', operation)
        .where('fingerprint', '=', fingerprint)
        .where('state', 'in', ['pending', 'approved'])
        .where('expires_at', '<=', now())
        .execute()
      const asked = await db
        .insertInto('approvals')
        .values({
          id: randomUUID(),
          ...same,
          parameters: JSON.stringify(parameters),
          body: body === null ? null : JSON.stringify(body),
          organization_id: organizationId,
          reason,
          state: 'pending',
          requested_at: now(),
          expires_at: new Date(clock.now() + decisionLimit),
        })
        .onConflict((conflict) =>
          conflict
            .columns(['requested_by', 'operation', 'fingerprint'])
            .where(sql<boolean>`state in ('pending', 'approved')`)
            .doNothing(),
        )
        .returning('id')
        .executeTakeFirst()
      if (asked) return told(asked.id)
      const row = await approvalRows(db)
        .where('approvals.requested_by', '=', operator.id)
        .where('approvals.operation', '=', operation)
        .where('approvals.fingerprint', '=', fingerprint)
        .where('approvals.state', 'in', ['pending', 'approved'])
        .executeTakeFirst()
      if (!row) throw fail('APR_UNKNOWN')
      return approvalView(row, clock.now())
    },
    list: async ({ limit = 50, cursor, open: onlyOpen }, of) => {
      let rows = approvalRows(db)
      if (of !== null) rows = rows.where('approvals.requested_by', '=', of)
      if (onlyOpen) {
        rows = rows
          .where('approvals.state', 'in', ['pending', 'approved'])
          .where('approvals.expires_at', '>', now())
      }
      const [at, id] = (cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])) ?? []
      if (typeof at === 'string' && typeof id === 'string') {
        rows = rows.where(
          sql<boolean>`(approvals.requested_at, approvals.id) < (${new Date(at)}, ${id}::uuid)`,
        )
      }
      const found = await rows
        .orderBy('approvals.requested_at', 'desc')
        .orderBy('approvals.id', 'desc')
        .limit(limit + 1)
        .execute()
      const view = (row: ApprovalRow) => approvalView(row, clock.now())
      return pageFrom(found, limit, view, (row) => [row.requested_at.toISOString(), row.id])
    },
    approve: decide,
    decline: (id, operatorId) => decide(id, operatorId, null),
    cancel: async (id, operatorId) => {
      const cancelled = await db
        .updateTable('approvals')
        .set({ state: 'cancelled', decided_by: operatorId, decided_at: now() })
        .where('id', '=', id)
        .where('state', 'in', ['pending', 'approved'])
        .where('expires_at', '>', now())
        .returning('id')
        .executeTakeFirst()
      return cancelled ? told(id) : refuse(id, null)
    },
    setReason: async (id, operatorId, reason) => {
      const changed = await open(id).set({ reason }).where('requested_by', '=', operatorId).executeTakeFirst()
      return changed ? told(id) : refuse(id, null)
    },
  }
}

function fingerprintOf(operation: string, parameters: object, body: object | null): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(sorted([operation, parameters, body])))
    .digest()
}

/** The same whatever the order in which fields were sent. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => [name, sorted(one)])
}
