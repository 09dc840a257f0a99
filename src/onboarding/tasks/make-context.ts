import type { Cloud, Provisioning } from '../../microsoft/index.ts'
import { accessOf } from '../../organizations/index.ts'
import { credentialName } from '../application-context.ts'
import { fail as onboardingFail } from '../errors.ts'
import { Interrupted } from '../run-steps.ts'
import type { OrganizationRow, TaskContext, TaskParts } from './context.ts'
import { isReplaced } from './kinds/credential-steps.ts'
import { confirmedGrants } from './kinds/granting-steps.ts'
import { taskKinds } from './kinds/index.ts'
import type { TaskRow } from './view.ts'

/**
 * What planning, steps or taking back of a task work with.
 * @throws ORG_CREDENTIAL_MISSING for a kind that signs in with the organization's own credential, when it runs
 */
export function makeContext(
  parts: TaskParts,
  {
    row,
    organization,
    cloud,
    provisioning,
    signal,
  }: {
    row: TaskRow
    organization: OrganizationRow
    cloud: Cloud
    provisioning: Provisioning
    signal: AbortSignal
  },
): TaskContext {
  const { db, store, microsoft, secrets, instanceName } = parts
  const { access } = taskKinds[row.kind]
  const asOrganization =
    row.state === 'running' &&
    (access === 'organization' || (access === 'new' && isReplaced({ row, organization })))
  const context: TaskContext = {
    row,
    db,
    organization,
    cloud,
    instanceName,
    permissions: confirmedGrants({ row }),
    goOnWithout: (permission) => {
      throw onboardingFail('ONB_PERMISSION_NOT_OFFERED', { permission })
    },
    provisioning,
    microsoft,
    secrets,
    signal,
    subject: row.id,
    credentialName: credentialName(row),
    application: async () => {
      const found = await provisioning.findApplicationById(context.row.application_id ?? '', signal)
      if (!found) throw onboardingFail('ONB_NOT_REPLICATED')
      return found
    },
    mayFallBack: row.kind !== 'upgrade-certificate',
    isStray: ({ displayName }) => displayName === credentialName(row),
    showSteps: (lines) => context.save({ steps: JSON.stringify(lines) }),
    save: async (patch) => {
      const saved = await store.amend(row.id, row.state, patch)
      if (!saved) throw new Interrupted()
      context.row = saved
    },
    ownClientId: () => parts.clients.ownClientId(cloud.id),
    left: [],
    deletedAt: undefined,
    resource: undefined,
    access: asOrganization ? accessOf(microsoft, secrets, cloud, organization) : undefined,
  }
  return context
}
