/**
 * What the parts of this room share. Access to Graph is cached per organization and credential; the credential is opened when
 * the access is made and lives in this process's memory only.
 */
import type { EventBus, OrganizationView } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Cloud } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'
import { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
import { cloudOf, readOrganization } from './administered.ts'
import { openCredential } from './credential.ts'
import { fail } from './errors.ts'
import { shownRemoval } from './removal/removal-store.ts'
import { openOldCredential, shownRotation } from './rotation/rotation-store.ts'
import { type BackupSummary, type OrganizationRow, organizationView } from './view.ts'

export interface OrganizationsOptions {
  readonly db: Database
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly events: EventBus
  readonly backups: BackupSummary
}

export interface OrganizationParts extends OrganizationsOptions {
  /** @throws ORG_NOT_FOUND */
  readonly read: (id: string) => Promise<OrganizationRow>
  /** @throws ORG_CLOUD_MISSING */
  readonly cloudOf: (row: Pick<OrganizationRow, 'cloud' | 'name'>) => Cloud
  /** The same access for every caller, until the credential changes. @throws ORG_CLOUD_MISSING, ORG_CREDENTIAL_MISSING */
  readonly access: (row: OrganizationRow) => Promise<ApplicationAccess>
  /** Forgets the access at hand: what it holds may no longer be used. */
  readonly forget: (id: string) => void
  readonly show: (row: OrganizationRow) => Promise<OrganizationView>
  readonly announce: (row: OrganizationRow) => Promise<OrganizationView>
}

export function createParts(options: OrganizationsOptions): OrganizationParts {
  const { db, secrets, microsoft, events, backups } = options
  const { clock } = microsoft
  const cache = new Map<string, { credentialId: string | null; access: Promise<ApplicationAccess> }>()

  const makeAccess = async (row: OrganizationRow): Promise<ApplicationAccess> => {
    if (row.state === 'removed') throw fail('ORG_REMOVED', { name: row.name })
    const credential = openCredential(secrets, row)
    if (!credential) throw fail('ORG_CREDENTIAL_MISSING', { name: row.name })
    const old = await openOldCredential(db, secrets, row)
    return applicationAccess(microsoft, {
      cloud: cloudOf(microsoft, row),
      tenantId: row.tenant_id,
      clientId: row.application_id,
      credential,
      ...(old && { old }),
    })
  }
  const show = async (row: OrganizationRow): Promise<OrganizationView> =>
    organizationView(row, {
      cloud: microsoft.clouds.find(({ id }) => id === row.cloud),
      now: clock.now(),
      backups: await backups.summary(row.id),
      rotation: await shownRotation(db, row.id),
      removal: row.state === 'active' ? null : await shownRemoval(db, row.id),
    })

  return {
    ...options,
    read: (id) => readOrganization(db, id),
    cloudOf: (row) => cloudOf(microsoft, row),
    access: (row) => {
      const cached = cache.get(row.id)
      if (cached && cached.credentialId === row.credential_id) return cached.access
      const access = makeAccess(row)
      const entry = { credentialId: row.credential_id, access }
      cache.set(row.id, entry)
      access.catch(() => {
        if (cache.get(row.id) === entry) cache.delete(row.id)
      })
      return access
    },
    forget: (id) => void cache.delete(id),
    show,
    announce: async (row) => {
      const view = await show(row)
      events.publish({ topic: 'organization', view })
      return view
    },
  }
}
