/**
 * The audit trail. Entries are only added; each carries an HMAC over itself and the code of the one before, by a key that is sealed like
 * every other secret. Who holds the database alone can thus neither change, remove, move nor make up an entry unnoticed, and cannot
 * cut off the end: the head has a code of its own. (A database put back to an earlier state as a whole is an earlier trail; entries that
 * were forwarded elsewhere show that.)
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type {
  AuditEntryView,
  AuditFilter,
  AuditQuery,
  AuditVerification,
  Page,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { createBatches } from './batches.ts'

export type NewAuditEntry = Omit<AuditEntryView, 'sequence' | 'at'>

export interface AuditTrail {
  /** Adds an entry; on disk when it answers. */
  record(entry: NewAuditEntry): Promise<void>
  /** Newest first; `only` those about the organizations, where it is not null. */
  list(query: AuditQuery, only?: readonly string[] | null): Promise<Page<AuditEntryView>>
  /** Oldest first, in batches. */
  all(filter: AuditFilter, only?: readonly string[] | null): AsyncIterable<AuditEntryView>
  /** Reads every entry and computes its code again; tells the first that does not fit. */
  verify(signal?: AbortSignal): Promise<AuditVerification>
}

const batch = 1000
/** Entries that may wait for their write; more are refused, and with them what they are about. */
const mostWaiting = 5000
const firstMac = Buffer.alloc(32)

export function createAuditTrail(parts: {
  db: Database
  clock: Clock
  key: string
  /** Told of every entry once it is on disk, in order. */
  forward?: ((entry: AuditEntryView) => Promise<void>) | undefined
}): AuditTrail {
  const { db, clock, key, forward } = parts
  const macOf = (row: Sealed, before: Buffer) =>
    createHmac('sha256', key)
      .update(before)
      .update(JSON.stringify(sealedFields(row)))
      .digest()
  const headMacOf = (sequence: number, mac: Buffer) =>
    createHmac('sha256', key).update(`head ${sequence} `).update(mac).digest()

  const rowOf = (entry: NewAuditEntry, sequence: number): Sealed => ({
    sequence,
    at: new Date(clock.now()),
    actor_kind: entry.actor.kind,
    operator_id: entry.actor.operatorId,
    actor_name: entry.actor.name,
    role: entry.actor.role,
    address: entry.address,
    action: entry.action,
    organization_id: entry.organizationId,
    outcome: entry.outcome,
    status: entry.status,
    details: JSON.stringify(entry.details ?? {}),
  })
  const write = async (entries: readonly NewAuditEntry[]): Promise<void> => {
    const rows = await db.transaction().execute(async (transaction) => {
      // The head's row is where several servers wait for their turn.
      await sql`insert into audit_head (sequence, mac, head_mac)
        values (0, ${firstMac}, ${headMacOf(0, firstMac)}) on conflict do nothing`.execute(transaction)
      const head = await transaction
        .selectFrom('audit_head')
        .selectAll()
        .forUpdate()
        .executeTakeFirstOrThrow()
      let { mac } = head
      const sealed = entries.map((entry, index) => {
        const row = rowOf(entry, Number(head.sequence) + 1 + index)
        mac = macOf(row, mac)
        return { ...row, mac }
      })
      await transaction.insertInto('audit_entries').values(sealed).execute()
      const sequence = Number(head.sequence) + sealed.length
      await transaction
        .updateTable('audit_head')
        .set({ sequence, mac, head_mac: headMacOf(sequence, mac) })
        .execute()
      return sealed
    })
    for (const row of rows) await forward?.(view(row))
  }
  // Together, since each transaction waits for the disk: else many at once would hold every connection while they wait for their turn.
  const batches = createBatches({ write, largest: batch / 10, mostWaiting, full: () => fail('SEC_BUSY') })

  return {
    record: (entry) => batches.add(entry),

    list: async (query, only = null) => {
      const { limit = 50, cursor } = query
      const [before] = (cursor === undefined ? undefined : decodeCursor(cursor, ['large integer'])) ?? []
      let rows = filtered(db, query, only)
      if (before !== undefined) rows = rows.where('sequence', '<', Number(before))
      const found = await rows
        .orderBy('sequence', 'desc')
        .limit(limit + 1)
        .execute()
      return pageFrom(found, limit, view, (row) => [Number(row.sequence)])
    },

    all: async function* (filter, only = null) {
      for (let after = 0; ; ) {
        const rows = await filtered(db, filter, only)
          .where('sequence', '>', after)
          .orderBy('sequence')
          .limit(batch)
          .execute()
        for (const row of rows) yield view(row)
        if (rows.length < batch) return
        after = Number(rows.at(-1)?.sequence)
      }
    },

    verify: async function verify(signal): Promise<AuditVerification> {
      const readHead = () => db.selectFrom('audit_head').selectAll().executeTakeFirst()
      // Read first: what is added meanwhile comes after it.
      const head = await readHead()
      let sequence = 0
      let mac: Buffer = firstMac
      for (;;) {
        signal?.throwIfAborted()
        const rows = await db
          .selectFrom('audit_entries')
          .selectAll()
          .where('sequence', '>', sequence)
          .orderBy('sequence')
          .limit(batch)
          .execute()
        for (const row of rows) {
          const expected = sequence + 1
          if (Number(row.sequence) !== expected) return wrong(sequence, expected, 'missing')
          if (!same(macOf(row, mac), row.mac)) return wrong(sequence, expected, 'changed')
          sequence = expected
          mac = row.mac
          if (sequence === Number(head?.sequence) && !same(mac, head?.mac))
            return wrong(sequence, sequence, 'end')
        }
        if (rows.length < batch) break
      }
      // The very first entry has come in between, and its head with it.
      if (head === undefined && sequence > 0 && (await readHead())) return verify(signal)
      const known = Number(head?.sequence ?? 0)
      const headFits = head === undefined || same(headMacOf(known, head.mac), head.head_mac)
      // Without a head there are no entries; with one there are as many as it says, or more by now.
      const ended = headFits && sequence >= known && (head !== undefined || sequence === 0)
      return ended ? { entries: sequence, problem: null } : wrong(sequence, sequence + 1, 'end')
    },
  }
}

function filtered(db: Database, filter: AuditFilter, only: readonly string[] | null) {
  const { from, to, operator, organization, action, outcome } = filter
  let rows = db.selectFrom('audit_entries').selectAll()
  if (from !== undefined) rows = rows.where('at', '>=', new Date(from))
  if (to !== undefined) rows = rows.where('at', '<', new Date(to))
  if (operator !== undefined) rows = rows.where('operator_id', '=', operator)
  if (organization !== undefined) rows = rows.where('organization_id', '=', organization)
  if (action !== undefined) rows = rows.where('action', '=', action)
  if (outcome !== undefined) rows = rows.where('outcome', '=', outcome)
  if (only !== null) rows = rows.where(sql<boolean>`organization_id = any(${only}::uuid[])`)
  return rows
}

type Row = Awaited<ReturnType<ReturnType<typeof filtered>['execute']>>[number]
type Sealed = Omit<Row, 'mac'>

/** What the code covers, in an order that never changes. */
function sealedFields(row: Sealed): unknown[] {
  return [
    Number(row.sequence),
    row.at.toISOString(),
    row.actor_kind,
    row.operator_id,
    row.actor_name,
    row.role,
    row.address,
    row.action,
    row.organization_id,
    row.outcome,
    row.status,
    row.details,
  ]
}

function view(row: Row): AuditEntryView {
  return {
    sequence: Number(row.sequence),
    at: row.at.toISOString(),
    actor: { kind: row.actor_kind, operatorId: row.operator_id, name: row.actor_name, role: row.role },
    address: row.address,
    action: row.action,
    organizationId: row.organization_id,
    outcome: row.outcome,
    status: row.status,
    details: JSON.parse(row.details),
  }
}

function wrong(entries: number, sequence: number, kind: 'changed' | 'missing' | 'end'): AuditVerification {
  return { entries, problem: { sequence, kind } }
}

function same(a: Buffer, b: Buffer | undefined): boolean {
  return b !== undefined && a.length === b.length && timingSafeEqual(a, b)
}
