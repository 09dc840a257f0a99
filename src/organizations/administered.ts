/**
 * What an administrator's sign-in changes of an organization that exists. Each change is one statement; whoever made it asks
 * `organizations.verify` or `announce` afterwards.
 */
import type { Workload } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Cloud } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'
import { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
import { openCredential } from './credential.ts'
import { fail } from './errors.ts'
import type { OrganizationRow } from './view.ts'

/** The columns of a credential and of the application that it belongs to. */
export type AccessColumns = Pick<
  OrganizationRow,
  | 'credential_id'
  | 'credential_kind'
  | 'credential_sealed'
  | 'credential_key_id'
  | 'credential_expires_at'
  | 'certificate_pem'
  | 'certificate_thumbprint'
> &
  Partial<
    Pick<OrganizationRow, 'application_id' | 'application_object_id' | 'service_principal_id' | 'unique_name'>
  >

/** @throws ORG_NOT_FOUND */
export async function readOrganization(db: Database, id: string): Promise<OrganizationRow> {
  const row = await db
    .selectFrom('organizations')
    .selectAll()
    .where('id', '=', id)
    // What is being erased is there for nobody any more.
    .where('state', '<>', 'erasing')
    .executeTakeFirst()
  if (!row) throw fail('ORG_NOT_FOUND')
  return row
}

/** Permissions that an administrator's sign-in found the organization's Microsoft Graph not to offer. */
export async function noteNotOffered(db: Database, id: string, notOffered: readonly string[]): Promise<void> {
  await db
    .updateTable('organizations')
    .set({ not_offered: JSON.stringify(notOffered) })
    .where('id', '=', id)
    .execute()
}

/** For whoever is about to start something. @throws ORG_REMOVED when the organization is removed, or about to be */
export function requireActive({ state, name }: Pick<OrganizationRow, 'state' | 'name'>): void {
  if (state !== 'active') throw fail('ORG_REMOVED', { name })
}

/** @throws ORG_CLOUD_MISSING when the cloud was taken out of the configuration */
export function cloudOf({ clouds }: MicrosoftSide, row: Pick<OrganizationRow, 'cloud' | 'name'>): Cloud {
  const cloud = clouds.find(({ id }) => id === row.cloud)
  if (!cloud) throw fail('ORG_CLOUD_MISSING', { cloud: row.cloud, name: row.name })
  return cloud
}

/** Access of its own with the credential that the organization has now. @throws ORG_CREDENTIAL_MISSING */
export function accessOf(
  microsoft: MicrosoftSide,
  secrets: SecretBox,
  cloud: Cloud,
  row: OrganizationRow,
): ApplicationAccess {
  const credential = openCredential(secrets, row)
  if (!credential) throw fail('ORG_CREDENTIAL_MISSING', { name: row.name })
  return applicationAccess(microsoft, {
    cloud,
    tenantId: row.tenant_id,
    clientId: row.application_id,
    credential,
  })
}

/** Lets the server write, until `until` if that is not null; or forbids it. */
export async function setRestoreRights(
  db: Database,
  id: string,
  { allowed, until }: { allowed: boolean; until: Date | null },
): Promise<void> {
  await db
    .updateTable('organizations')
    .set({ restore_rights: allowed, restore_rights_until: until })
    .where('id', '=', id)
    .execute()
}

/** Notes whether the tenant, as far as is known, grants write permissions. */
export async function noteWriteGranted(db: Database, id: string, granted: boolean): Promise<void> {
  await db.updateTable('organizations').set({ write_granted: granted }).where('id', '=', id).execute()
}

export async function setWorkloads(db: Database, id: string, workloads: readonly Workload[]): Promise<void> {
  await db
    .updateTable('organizations')
    .set({ workloads: JSON.stringify(workloads) })
    .where('id', '=', id)
    .execute()
}

/**
 * Replaces the access in one statement, so that there is a working one at every moment.
 * @param before id of the credential that is expected there
 * @returns false when somebody else has replaced it meanwhile
 */
export async function replaceAccess(
  db: Database,
  id: string,
  before: string | null,
  access: AccessColumns,
): Promise<boolean> {
  const updated = await db
    .updateTable('organizations')
    .set(access)
    .where('id', '=', id)
    .where('credential_id', before === null ? 'is' : '=', before)
    .returning('id')
    .executeTakeFirst()
  return updated !== undefined
}

/** Columns of an organization without access. */
export const noAccess = {
  credential_id: null,
  credential_sealed: null,
  credential_key_id: null,
  credential_expires_at: null,
  certificate_pem: null,
  certificate_thumbprint: null,
  restore_rights: false,
  restore_rights_until: null,
  write_granted: false,
} as const

/** Destroys the server's key: whatever is left of the application in the tenant is of no use to anybody. */
export async function forgetAccess(db: Database, id: string): Promise<void> {
  await db.updateTable('organizations').set(noAccess).where('id', '=', id).execute()
}
