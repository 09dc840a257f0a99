import type { TaskChange } from '../../../contract/index.ts'
import { permissionsFor } from '../../../microsoft/index.ts'
import { mayWrite } from '../../../organizations/index.ts'
import { ensureApplication } from '../../application-step.ts'
import { fail as onboardingFail } from '../../errors.ts'
import { removeCreated } from '../../rollback.ts'
import type { Step } from '../../run-steps.ts'
import { probe } from '../../steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { inspect, permissionChange, type TenantSide } from '../tenant-side.ts'
import {
  credentialChanges,
  credentialLeft,
  credentialStep,
  isReplaced,
  oldCredentialLeft,
  proofStep,
  removeOldStep,
  replaceStep,
  takeBackCredential,
} from './credential-steps.ts'
import { grantSteps, grantsLeft, takeBackGrants } from './granting-steps.ts'

/**
 * Makes the access of an organization work again and keeps everything else: a new credential, the permissions that are known to
 * be missing, a service principal that was disabled, and an application that was deleted.
 */
export const repair: TaskDefinition = {
  needs: ['manage'],
  access: 'new',
  check: () => {},
  plan: async (context) => {
    const side = await inspect(context)
    return [
      ...(await applicationChanges(context, side)),
      ...credentialChanges(context, side.application),
      ...missingPermissions(context, side).map((value) => permissionChange('grant', value)),
    ]
  },
  steps: (context) => [
    applicationStep,
    principalStep,
    credentialStep(context.row.requested_credential),
    ...grantSteps(context),
    proofStep,
    ...context.organization.workloads.map((workload) => ({
      id: `probe:${workload}`,
      label: `Access to ${workload}`,
      run: (running: TaskContext) => probe(running, workload),
    })),
    replaceStep,
    removeOldStep,
  ],
  undo: async (context) => {
    if (isReplaced(context)) return oldCredentialLeft(context)
    const { row, provisioning, microsoft, signal } = context
    if (row.application_requested) return removeCreated(row, provisioning, { ...microsoft, signal })
    await takeBackCredential(context)
    return takeBackGrants(context)
  },
  leftWithoutToken: (context) => {
    const { row } = context
    if (isReplaced(context)) return credentialLeft(context)
    if (!row.application_requested) return [...credentialLeft(context), ...grantsLeft(context)]
    return [
      `The application made by this task is left in ${row.tenant.name} without a usable credential (unique name ${row.unique_name}). Delete it in the Microsoft Entra admin center under App registrations.`,
    ]
  },
}

async function applicationChanges(context: TaskContext, side: TenantSide): Promise<TaskChange[]> {
  const { row, provisioning, signal, instanceName } = context
  const changes: TaskChange[] = []
  const change = (action: TaskChange['action'], subject: TaskChange['subject'], text: string) =>
    changes.push({ action, subject, text, permission: null })
  if (!side.application) {
    const deleted = await provisioning.findDeletedApplication(row.application_object_id ?? '', signal)
    if (deleted)
      change(
        'change',
        'application',
        `The application "${deleted.displayName}", which was deleted, is taken back.`,
      )
    else
      change(
        'create',
        'application',
        `Application "BDRCloud Backup (${instanceName})", in place of the one with the application id ${row.application_id}, which is gone`,
      )
  }
  if (!side.principal) change('create', 'service-principal', 'Service principal of the application')
  else if (!side.principal.accountEnabled)
    change('change', 'service-principal', 'The service principal, which was disabled, is enabled again.')
  return changes
}

/** All that is needed by an application that holds nothing; else only what a check found to be missing: access may be given otherwise. */
function missingPermissions({ organization, cloud, microsoft }: TaskContext, side: TenantSide): string[] {
  const restore = mayWrite(organization, microsoft.clock.now())
  const needed = permissionsFor({
    cloud,
    workloads: organization.workloads,
    restore,
    notOffered: organization.not_offered,
  })
    .map(({ value }) => value)
    .filter((value) => !side.grants.has(value))
  if (!side.principal) return needed
  const known = new Set(organization.health.flatMap(({ missingPermissions: missing }) => missing))
  return needed.filter((value) => known.has(value))
}

const applicationStep: Step<TaskContext> = {
  id: 'application',
  label: 'Application',
  run: async (context) => {
    const { row, provisioning, signal } = context
    if (row.application_requested) return ensureApplication(context)
    const found = await provisioning.findApplicationById(row.application_id ?? '', signal)
    if (found) {
      await context.save({ application_object_id: found.id })
      return null
    }
    if (isConfirmed(context, 'create')) {
      await context.save({ application_id: null, application_object_id: null, service_principal_id: null })
      return ensureApplication(context)
    }
    if (isConfirmed(context, 'change'))
      await provisioning.restoreApplication(row.application_object_id ?? '', signal)
    throw onboardingFail('ONB_NOT_REPLICATED')
  },
}

const principalStep: Step<TaskContext> = {
  id: 'service-principal',
  label: 'Service principal',
  run: async (context) => {
    const { provisioning, signal } = context
    const applicationId = context.row.application_id ?? ''
    const found =
      (await provisioning.findServicePrincipal(applicationId, signal)) ??
      (await provisioning.createServicePrincipal(applicationId, signal))
    await context.save({ service_principal_id: found.id })
    if (found.accountEnabled) return null
    await provisioning.enableServicePrincipal(found.id, signal)
    return 'Enabled again'
  },
}

/** A copy of the directory that lags behind must not make us create or take back what was not agreed to. */
function isConfirmed({ row }: TaskContext, action: 'create' | 'change'): boolean {
  return row.changes.some((change) => change.subject === 'application' && change.action === action)
}
