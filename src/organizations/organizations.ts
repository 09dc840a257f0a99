/**
 * The data sources: what is known of each organization, its access as the application, and its health. Rows are written
 * here (name, health) and once by the onboarding that ends in 'Save' (`insertOrganization`). Graph clients are cached per
 * organization and credential; the credential is opened when the client is made and lives in this process's memory only.
 */
import { sql } from 'kysely'
import type {
  CheckTrigger,
  EventBus,
  OrganizationCheckView,
  OrganizationQuery,
  OrganizationView,
  Page,
  PageQuery,
} from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { GraphClient } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'
import { decodeCursor, pageFrom } from '../shared/index.ts'
import { type ApplicationAccess, applicationAccess, type MicrosoftSide } from './access.ts'
import { cloudOf } from './administered.ts'
import { createChecks } from './checks/checks.ts'
import { openCredential } from './credential.ts'
import { fail } from './errors.ts'
import { mayWrite } from './restore-rights.ts'
import { type BackupSummary, type OrganizationRow, organizationView } from './view.ts'

/** What other rooms may know of an organization. */
export interface Organization {
  readonly id: string
  readonly name: string
  readonly tenantId: string
  readonly defaultDomain: string
  readonly cloud: string
  readonly applicationId: string
  readonly workloads: readonly 'mail'[]
  /** Whether the server may write at this moment. */
  readonly restoreRights: boolean
  readonly createdAt: Date
}

export interface Organizations {
  /** @throws ORG_NOT_FOUND */
  get(id: string): Promise<Organization>
  /** Graph as the organization's application; the same client for every caller. @throws ORG_NOT_FOUND, ORG_CLOUD_MISSING, ORG_CREDENTIAL_MISSING */
  graph(id: string): Promise<GraphClient>
  /** @throws ORG_NOT_FOUND */
  view(id: string): Promise<OrganizationView>
  /** Newest first. */
  list(query: OrganizationQuery): Promise<Page<OrganizationView>>
  /** Token, permissions and one probe per workload, kept as the organization's health, drift and history. @throws ORG_NOT_FOUND, … */
  verify(id: string, signal?: AbortSignal, trigger?: CheckTrigger): Promise<OrganizationView>
  /** The checks that were made, newest first. @throws ORG_NOT_FOUND */
  checks(id: string, page: PageQuery): Promise<Page<OrganizationCheckView>>
  /** What the last check found added counts as normal from now on. @throws ORG_NOT_FOUND */
  acceptDrift(id: string): Promise<OrganizationView>
  /** @throws ORG_NOT_FOUND */
  rename(id: string, name: string): Promise<OrganizationView>
  /** Tells the browsers how it is now. @throws ORG_NOT_FOUND */
  announce(id: string): Promise<OrganizationView>
  /** For whoever is about to write into the organization. @throws ORG_NO_RESTORE_RIGHTS, ORG_NOT_FOUND */
  requireRestoreRights(id: string): Promise<void>
  count(): Promise<number>
}

export interface OrganizationsOptions {
  readonly db: Database
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly events: EventBus
  readonly backups: BackupSummary
}

export function createOrganizations(options: OrganizationsOptions): Organizations {
  const { db, secrets, microsoft, events, backups } = options
  const { clock } = microsoft
  const checks = createChecks({ db, clock })
  const cache = new Map<string, { credentialId: string | null; access: ApplicationAccess }>()

  const read = async (id: string): Promise<OrganizationRow> => {
    const row = await db.selectFrom('organizations').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw fail('ORG_NOT_FOUND')
    return row
  }
  const access = (row: OrganizationRow): ApplicationAccess => {
    const cached = cache.get(row.id)
    if (cached && cached.credentialId === row.credential_id) return cached.access
    const credential = openCredential(secrets, row)
    if (!credential) throw fail('ORG_CREDENTIAL_MISSING', { name: row.name })
    const made = applicationAccess(microsoft, {
      cloud: cloudOf(microsoft, row),
      tenantId: row.tenant_id,
      clientId: row.application_id,
      credential,
    })
    cache.set(row.id, { credentialId: row.credential_id, access: made })
    return made
  }
  const show = async (row: OrganizationRow): Promise<OrganizationView> =>
    organizationView(
      row,
      microsoft.clouds.find(({ id }) => id === row.cloud),
      clock.now(),
      await backups.summary(row.id),
    )
  const announce = async (row: OrganizationRow): Promise<OrganizationView> => {
    const view = await show(row)
    events.publish({ topic: 'organization', view })
    return view
  }

  return {
    get: async (id) => organization(await read(id), clock.now()),
    graph: async (id) => access(await read(id)).graph,
    view: async (id) => show(await read(id)),
    list: async ({ cursor, limit = 50, search = '' }) => {
      // Text that no list gave starts the list at its beginning.
      const after = cursor === undefined ? undefined : decodeCursor(cursor, 2)
      const words = search.trim()
      const found = db.selectFrom('organizations').$if(words !== '', (query) =>
        query.where((where) =>
          where.or(
            (['name', 'default_domain', 'tenant_id', 'application_id'] as const).map((column) =>
              // Not a pattern: what is typed is what is looked for.
              where(
                where.fn<number>('strpos', [where.fn('lower', [column]), where.val(words.toLowerCase())]),
                '>',
                0,
              ),
            ),
          ),
        ),
      )
      const { total } = await found
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      let query = found
        .selectAll()
        // Microseconds, which a Date would drop, decide the order.
        .select(sql<string>`created_at::text`.as('created_text'))
      if (after)
        query = query.where(sql<boolean>`(created_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
      const rows = await query
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute()
      const page = pageFrom(rows, limit, show, (row) => [row.created_text, row.id])
      return { ...page, items: await Promise.all(page.items), total: Number(total) }
    },
    verify: async (id, signal, trigger = 'operator') => {
      const row = await read(id)
      const checked = await checks.check(
        { row, cloud: cloudOf(microsoft, row), access: access(row) },
        trigger,
        signal,
      )
      const history = await checks.history(id, { limit: 1 })
      for (const view of history.items) events.publish({ topic: 'organization-check', view })
      return announce(checked)
    },
    checks: async (id, page) => {
      await read(id)
      return checks.history(id, page)
    },
    acceptDrift: async (id) => announce(await checks.accept(id)),
    announce: async (id) => announce(await read(id)),
    rename: async (id, name) => {
      const updated = await db
        .updateTable('organizations')
        .set({ name: name.trim() })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!updated) throw fail('ORG_NOT_FOUND')
      return announce(updated)
    },
    requireRestoreRights: async (id) => {
      const row = await read(id)
      if (!mayWrite(row, clock.now())) throw fail('ORG_NO_RESTORE_RIGHTS', { name: row.name })
    },
    count: async () => {
      const { count } = await db
        .selectFrom('organizations')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
  }
}

function organization(row: OrganizationRow, now: number): Organization {
  return {
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    defaultDomain: row.default_domain,
    cloud: row.cloud,
    applicationId: row.application_id,
    workloads: row.workloads,
    restoreRights: mayWrite(row, now),
    createdAt: row.created_at,
  }
}
