/** Announces approvals whose delay has passed, so that whoever asked learns that it can be done now. */
import type { EventBus } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { approvalRows, approvalView } from '../security/index.ts'
import type { Clock } from '../shared/index.ts'

/** @returns a look for what has become ready since the last one; nothing is announced twice, but by a server that starts anew */
export function createReadyApprovals(parts: {
  readonly db: Database
  readonly clock: Clock
  readonly events: EventBus
}): () => Promise<void> {
  const { db, clock, events } = parts
  let since = clock.now()
  return async () => {
    const now = clock.now()
    const rows = await approvalRows(db)
      .where('approvals.state', '=', 'approved')
      .where('approvals.ready_at', '>', new Date(since))
      .where('approvals.ready_at', '<=', new Date(now))
      .execute()
    since = now
    for (const row of rows) events.publish({ topic: 'approval', view: approvalView(row, now) })
  }
}
