/**
 * The data sources: what is known of each organization, its access as the application, and its health. Rows are written
 * here (name, health), by the parts of this room, and once by the onboarding that ends in 'Save'.
 */
import type {
  CheckTrigger,
  EditOrganization,
  OrganizationCheckView,
  OrganizationQuery,
  OrganizationView,
  Page,
  PageQuery,
  Workload,
} from '../contract/index.ts'
import { type GraphClient, permissionsFor } from '../microsoft/index.ts'
import type { ApplicationAccess } from './access.ts'
import { requireActive } from './administered.ts'
import { createChecks } from './checks/checks.ts'
import { fail } from './errors.ts'
import { listOrganizations } from './organization-list.ts'
import { createParts, type OrganizationsOptions } from './parts.ts'
import type { RemovalPorts } from './removal/ports.ts'
import { createRemovals, type Removals } from './removal/removals.ts'
import { createReplacements, type Replacements } from './replacement.ts'
import { mayWrite } from './restore-rights.ts'
import { createRotations, type Rotations } from './rotation/rotations.ts'
import type { OrganizationRow } from './view.ts'

/** What other rooms may know of an organization. */
export interface Organization {
  readonly id: string
  readonly name: string
  readonly tenantId: string
  readonly defaultDomain: string
  readonly cloud: string
  readonly applicationId: string
  readonly workloads: readonly Workload[]
  /** Whether the server may write at this moment. */
  readonly restoreRights: boolean
  readonly createdAt: Date
}

export interface Organizations {
  /** Giving another credential by hand. */
  readonly replacements: Replacements
  /** 'Remove organization' and what belongs to it; made with what it needs of the rooms above. */
  removals(ports: RemovalPorts): Removals
  /** Replacing certificates by new ones. */
  readonly rotations: Rotations
  /** @throws ORG_NOT_FOUND */
  get(id: string): Promise<Organization>
  /** Tokens and Graph as the organization's application; the same ones for every caller. @throws ORG_NOT_FOUND, ORG_CLOUD_MISSING, ORG_CREDENTIAL_MISSING */
  access(id: string): Promise<ApplicationAccess>
  /** Graph as the organization's application; the same client for every caller. @throws ORG_NOT_FOUND, ORG_CLOUD_MISSING, ORG_CREDENTIAL_MISSING */
  graph(id: string): Promise<GraphClient>
  /** @throws ORG_NOT_FOUND */
  view(id: string): Promise<OrganizationView>
  /** Newest first; `only` those of the ids, where it is not null. */
  list(query: OrganizationQuery, only?: readonly string[] | null): Promise<Page<OrganizationView>>
  /** Token, permissions and one probe per workload, kept as the organization's health, drift and history. @throws ORG_NOT_FOUND, … */
  verify(id: string, signal?: AbortSignal, trigger?: CheckTrigger): Promise<OrganizationView>
  /** The checks that were made, newest first. @throws ORG_NOT_FOUND */
  checks(id: string, page: PageQuery): Promise<Page<OrganizationCheckView>>
  /** What the last check found added counts as normal from now on. @throws ORG_NOT_FOUND */
  acceptDrift(id: string): Promise<OrganizationView>
  /** What changes without a password. @throws ORG_NOT_FOUND, ORG_REMOVED, ORG_WORKLOAD_NOT_GRANTED */
  edit(id: string, changes: EditOrganization): Promise<OrganizationView>
  /** Tells the browsers how it is now. @throws ORG_NOT_FOUND */
  announce(id: string): Promise<OrganizationView>
  /** For whoever is about to start something. @throws ORG_NOT_FOUND, ORG_REMOVED */
  requireActive(id: string): Promise<Organization>
  /** For whoever is about to write into the organization. @throws ORG_NO_RESTORE_RIGHTS, ORG_NOT_FOUND */
  requireRestoreRights(id: string): Promise<void>
  count(): Promise<number>
}

export function createOrganizations(options: OrganizationsOptions): Organizations {
  const parts = createParts(options)
  const { db, microsoft, events, read, cloudOf, access, show, announce } = parts
  const { clock } = microsoft
  const checks = createChecks({ db, clock })

  const rotations = createRotations(parts)
  /** Reading what is asked for has to be granted already; the last check knows. */
  const requireGranted = (row: OrganizationRow, workloads: readonly Workload[]): void => {
    const added = workloads.filter((one) => !row.workloads.includes(one))
    const granted = row.inspection?.roles ?? []
    const missing = permissionsFor({ cloud: cloudOf(row), workloads: added, restore: false }).filter(
      ({ value, workload }) => workload !== 'directory' && !granted.includes(value),
    )
    if (missing.length > 0)
      throw fail('ORG_WORKLOAD_NOT_GRANTED', { permissions: missing.map(({ value }) => value).join(', ') })
  }

  return {
    rotations,
    replacements: createReplacements(parts, rotations),
    removals: (ports) => createRemovals(parts, rotations, ports),
    get: async (id) => organization(await read(id), clock.now()),
    access: async (id) => access(await read(id)),
    graph: async (id) => (await access(await read(id))).graph,
    view: async (id) => show(await read(id)),
    list: async (query, only) => {
      const { rows, nextCursor, total } = await listOrganizations(db, query, only)
      return { items: await Promise.all(rows.map(show)), nextCursor, total }
    },
    verify: async (id, signal, trigger = 'operator') => {
      const row = await read(id)
      requireActive(row)
      const target = { row, cloud: cloudOf(row), access: await access(row) }
      const checked = await checks.check(target, trigger, signal)
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
    edit: async (id, { name, workloads }) => {
      const row = await read(id)
      requireActive(row)
      if (workloads) requireGranted(row, workloads)
      const updated = await db
        .updateTable('organizations')
        .set({
          name: name?.trim() || row.name,
          ...(workloads && { workloads: JSON.stringify(workloads) }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      if (!updated) throw fail('ORG_NOT_FOUND')
      return announce(updated)
    },
    requireActive: async (id) => {
      const row = await read(id)
      requireActive(row)
      return organization(row, clock.now())
    },
    requireRestoreRights: async (id) => {
      const row = await read(id)
      requireActive(row)
      if (!mayWrite(row, clock.now())) throw fail('ORG_NO_RESTORE_RIGHTS', { name: row.name })
    },
    count: async () => {
      const { count } = await db
        .selectFrom('organizations')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('state', 'in', ['active', 'removing'])
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
