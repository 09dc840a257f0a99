/**
 * Where rotations are kept. A process that takes one up raises its epoch, and every write names the epoch: a process that was
 * taken for dead, and was not, writes nothing more.
 */
import { type Selectable, sql, type Updateable } from 'kysely'
import type { CredentialRotationView, Page, PageQuery, Problem } from '../../contract/index.ts'
import { type Database, type DatabaseSchema, newestFirst } from '../../database/index.ts'
import { type AppCredential, certificateThumbprint } from '../../microsoft/index.ts'
import type { SecretBox } from '../../security/index.ts'
import { openCredential } from '../credential.ts'

export type RotationRow = Selectable<DatabaseSchema['credential_rotations']>
export type RotationPatch = Omit<Updateable<DatabaseSchema['credential_rotations']>, 'id' | 'epoch'>

/** States in which a rotation keeps another one of the same organization from starting. */
export const openStates = ['adding', 'proving', 'settling'] as const

/** Takes a rotation up, so that no earlier process goes on with it; undefined when it has ended. */
export async function takeRotation(db: Database, id: string): Promise<RotationRow | undefined> {
  return db
    .updateTable('credential_rotations')
    .set({ epoch: sql`epoch + 1` })
    .where('id', '=', id)
    .where('state', 'in', [...openStates, 'removing'])
    .returningAll()
    .executeTakeFirst()
}

/** Undefined when another process has taken the rotation up, or it is gone. */
export async function saveRotation(
  db: Database,
  { id, epoch }: Pick<RotationRow, 'id' | 'epoch'>,
  patch: RotationPatch,
): Promise<RotationRow | undefined> {
  return db
    .updateTable('credential_rotations')
    .set(patch)
    .where('id', '=', id)
    .where('epoch', '=', epoch)
    .returningAll()
    .executeTakeFirst()
}

/** Rotations to go on with: those under way, and those whose next try is due. */
export async function dueRotations(db: Database, now: number): Promise<RotationRow[]> {
  return db
    .selectFrom('credential_rotations')
    .selectAll()
    .where('state', 'in', [...openStates, 'removing'])
    .where((where) => where.or([where('next_try_at', 'is', null), where('next_try_at', '<=', new Date(now))]))
    .orderBy('created_at')
    .limit(100)
    .execute()
}

export async function openRotation(db: Database, organizationId: string): Promise<RotationRow | undefined> {
  return db
    .selectFrom('credential_rotations')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('state', 'in', openStates)
    .executeTakeFirst()
}

export async function newestRotation(db: Database, organizationId: string): Promise<RotationRow | undefined> {
  return db
    .selectFrom('credential_rotations')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** What an organization's page tells: the newest rotation, unless it ended well and left nothing. */
export async function shownRotation(
  db: Database,
  organizationId: string,
): Promise<CredentialRotationView | null> {
  const newest = await newestRotation(db, organizationId)
  if (!newest || newest.state === 'cancelled') return null
  const isPast = newest.state === 'finished' && newest.leftovers.length === 0 && newest.notice === null
  return isPast ? null : rotationView(newest)
}

/** The credential that was replaced, while a part of Microsoft may not know its successor. */
export async function openOldCredential(
  db: Database,
  secrets: SecretBox,
  organization: { readonly id: string; readonly credential_id: string | null },
): Promise<AppCredential | undefined> {
  const settling = await db
    .selectFrom('credential_rotations')
    .selectAll()
    .where('organization_id', '=', organization.id)
    .where('credential_id', '=', organization.credential_id)
    .where('state', '=', 'settling')
    .executeTakeFirst()
  return settling && openReplaced(secrets, settling)
}

export function openReplaced(secrets: SecretBox, row: RotationRow): AppCredential | undefined {
  return openCredential(secrets, {
    credential_id: row.old_credential_id,
    credential_kind: 'certificate',
    credential_sealed: row.old_credential_sealed,
    certificate_pem: row.old_certificate_pem,
  })
}

/** Newest first. */
export async function listRotations(
  db: Database,
  organizationId: string,
  page: PageQuery,
): Promise<Page<CredentialRotationView>> {
  const { rows, nextCursor } = await newestFirst(
    db.selectFrom('credential_rotations').selectAll().where('organization_id', '=', organizationId),
    page,
  )
  return { items: rows.map(rotationView), nextCursor }
}

export function rotationView(row: RotationRow): CredentialRotationView {
  return {
    id: row.id,
    organizationId: row.organization_id,
    state: row.state,
    trigger: row.trigger,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    newThumbprint: row.certificate_thumbprint,
    newExpiresAt: row.credential_expires_at?.toISOString() ?? null,
    oldThumbprint: certificateThumbprint(row.old_certificate_pem),
    detail: row.detail,
    nextTryAt: row.next_try_at?.toISOString() ?? null,
    notice: row.notice,
    error: row.error as Problem | null,
    leftovers: row.leftovers,
  }
}
