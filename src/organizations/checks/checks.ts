/**
 * Checks an organization's access and keeps what it saw: health and findings on the organization, a line in its history, and
 * what counts as normal from now on. All of one check is written in one transaction, and only while the credential is
 * still the one that was checked.
 */
import { sql } from 'kysely'
import type {
  CheckTrigger,
  DriftFinding,
  OrganizationCheckView,
  Page,
  PageQuery,
  Problem,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import {
  type Cloud,
  isTransient,
  optionalPermissions,
  permissionCatalogue,
  permissionsFor,
} from '../../microsoft/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../../shared/index.ts'
import type { ApplicationAccess } from '../access.ts'
import { fail } from '../errors.ts'
import { daysLeft, standingOf } from '../expiry.ts'
import { lifetimeOf, ownCredentials } from '../own-credentials.ts'
import { mayWrite } from '../restore-rights.ts'
import { isRenewalDue, renewalOf } from '../rotation/rotation-rules.ts'
import { newestRotation, type RotationRow } from '../rotation/rotation-store.ts'
import { type Verification, verifyAccess } from '../verification.ts'
import type { OrganizationRow } from '../view.ts'
import { acceptedAfter } from './accepted.ts'
import { type DriftInput, driftOf, driftUnasked } from './drift.ts'
import { type Inspection, inspect } from './inspect.ts'

export interface Checks {
  /** @returns the organization as it is afterwards. @throws ORG_NOT_FOUND, the signal's reason */
  check(
    target: { row: OrganizationRow; cloud: Cloud; access: ApplicationAccess },
    trigger: CheckTrigger,
    signal?: AbortSignal,
  ): Promise<OrganizationRow>
  /** What the last check saw counts as normal from now on. @throws ORG_NOT_FOUND */
  accept(id: string): Promise<OrganizationRow>
  /** Newest first. */
  history(organizationId: string, query: PageQuery): Promise<Page<OrganizationCheckView>>
}

/** More than a year of nights. */
const checksKept = 400

export function createChecks({ db, clock }: { db: Database; clock: Clock }): Checks {
  return {
    check: async ({ row, cloud, access }, trigger, signal) => {
      const { workloads } = row
      const restoreRights = mayWrite(row, clock.now())
      const notOffered = row.not_offered
      const input = { cloud, workloads, restoreRights, notOffered, now: clock.now(), signal }
      const verification = await verifyAccess(access, input)
      const { roles, health } = verification
      const rotation = await newestRotation(db, row.id)
      const own = ownCredentials(row, rotation)
      const seen = roles && (await inspectOrNull(access, { id: row.application_id, own }, roles, signal))
      const wanted = [
        ...permissionsFor({ cloud, workloads, restore: restoreRights, notOffered }),
        ...optionalPermissions(workloads),
      ].map(({ value }) => value)
      const facts = factsOf(row, cloud, wanted, clock.now(), rotation)
      const unfinished = isUnfinished(verification, seen)
      const findings = unfinished ? driftUnasked(facts) : driftOf({ ...facts, seen, verification })
      const outcome = unfinished ? 'unfinished' : isGood(findings, verification) ? 'good' : 'drift'
      const checkedAt = new Date(clock.now())
      return db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('organization_checks')
          .values({
            organization_id: row.id,
            checked_at: checkedAt,
            trigger,
            outcome,
            health: JSON.stringify(health),
            findings: JSON.stringify(findings),
          })
          .execute()
        await sql`delete from organization_checks where organization_id = ${row.id} and id not in (
          select id from organization_checks where organization_id = ${row.id}
          order by checked_at desc, id desc limit ${checksKept})`.execute(transaction)
        await transaction
          .updateTable('organizations')
          .set({
            health: JSON.stringify(health),
            drift: JSON.stringify(findings),
            checked_at: checkedAt,
            check_trigger: trigger,
            // Right after a task that changed them, tokens may still name the permissions of before.
            ...(roles && trigger !== 'credential' && { write_granted: roles.some(isWrite) }),
            ...(seen && {
              inspection: JSON.stringify(seen),
              accepted: JSON.stringify(acceptedAfter(row.accepted, seen, wanted)),
            }),
          })
          .where('id', '=', row.id)
          .where('credential_id', 'is not distinct from', row.credential_id)
          .execute()
        return read(transaction, row.id)
      })
    },
    accept: async (id) => {
      const row = await db
        .updateTable('organizations')
        .set({
          accepted: sql`inspection`,
          drift: sql`(select coalesce(jsonb_agg(one), '[]') from jsonb_array_elements(drift) one
            where one->>'kind' not in ('permission-added', 'foreign-credential', 'foreign-owner'))`,
        })
        .where('id', '=', id)
        .where('inspection', 'is not', null)
        .returningAll()
        .executeTakeFirst()
      return row ?? read(db, id)
    },
    history: async (organizationId, { cursor, limit = 50 }) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ['time', 'id'])
      const rows = await db
        .selectFrom('organization_checks')
        .selectAll()
        // Microseconds, which a Date would drop, decide the order.
        .select(sql<string>`checked_at::text`.as('checked_text'))
        .where('organization_id', '=', organizationId)
        .$if(after !== undefined, (query) =>
          query.where(
            sql<boolean>`(checked_at, id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}::uuid)`,
          ),
        )
        .orderBy('checked_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      return pageFrom(
        rows,
        limit,
        (one) => ({
          id: one.id,
          organizationId: one.organization_id,
          checkedAt: one.checked_at.toISOString(),
          trigger: one.trigger,
          outcome: one.outcome,
          health: one.health,
          findings: one.findings,
        }),
        (one) => [one.checked_text, one.id],
      )
    },
  }
}

const writes = new Set(
  permissionCatalogue.filter(({ access }) => access === 'write').map(({ value }) => value),
)
const isWrite = (role: string) => writes.has(role)

async function read(db: Database, id: string): Promise<OrganizationRow> {
  const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw fail('ORG_NOT_FOUND')
  return row
}

/** Null when Microsoft failed in passing: the rest of the check still counts. */
async function inspectOrNull(
  { graph }: ApplicationAccess,
  application: Parameters<typeof inspect>[1],
  roles: readonly string[],
  signal?: AbortSignal,
): Promise<Inspection | null> {
  try {
    return await inspect(graph, application, roles, signal)
  } catch {
    signal?.throwIfAborted()
    return null
  }
}

function factsOf(
  row: OrganizationRow,
  cloud: Cloud,
  wanted: readonly string[],
  now: number,
  rotation: RotationRow | undefined,
): Omit<DriftInput, 'seen' | 'verification'> {
  const expiresAt = row.credential_expires_at
  const standing = standingOf(expiresAt, now, lifetimeOf(row))
  return {
    now,
    wanted,
    places: { entra: cloud.portal.entra, applicationId: row.application_id },
    credential: {
      expiresAt,
      daysLeft: daysLeft(expiresAt, now),
      standing,
      renewsItself: renewalOf(row, now).way === 'automatic',
    },
    renewalFailure: renewalFailure(row, rotation, now),
    accepted: row.accepted,
    before: row.drift,
  }
}

/** Why the certificate has no successor yet although it is due for one. */
function renewalFailure(row: OrganizationRow, rotation: RotationRow | undefined, now: number): string | null {
  if (!isRenewalDue(row, now)) return null
  if (rotation?.state !== 'failed' || rotation.old_credential_id !== row.credential_id) return null
  return (rotation.error as Problem | null)?.title ?? null
}

function isUnfinished({ failure, roles }: Verification, seen: Inspection | null): boolean {
  return isTransient(failure) || (roles !== null && seen === null)
}

function isGood(findings: readonly DriftFinding[], { health }: Verification): boolean {
  return (
    findings.every(({ severity }) => severity === 'information') &&
    health.every(({ read, write }) => ['ok', 'unknown'].includes(read) && write !== 'missing-permission')
  )
}
