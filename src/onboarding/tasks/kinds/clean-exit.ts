import type { TaskChange } from '../../../contract/index.ts'
import { isNotFound } from '../../../microsoft/index.ts'
import { forgetAccess, setRestoreRights } from '../../../organizations/index.ts'
import type { Step } from '../../run-steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { inspect, permissionChange } from '../tenant-side.ts'

/** So long Microsoft may take to list a deleted application. */
const appearanceMs = 60_000

/** Removes everything that was created in the tenant: the application with its credentials, its service principal and its permissions. */
export const cleanExit: TaskDefinition = {
  needs: ['manage'],
  access: 'none',
  check: () => {},
  plan: async (context) => {
    const { application, principal, grants } = await inspect(context)
    const changes: TaskChange[] = []
    const remove = (subject: TaskChange['subject'], text: string) =>
      changes.push({ action: 'remove', subject, text, permission: null })
    if (application) {
      const credentials = application.passwords.length + application.certificates.length
      remove(
        'application',
        `Application "${application.displayName}" (application id ${application.appId}) with ${credentials} ${credentials === 1 ? 'credential' : 'credentials'}${isOurs(context) ? ', for good' : '; it was registered by hand, so it stays among the deleted applications for 30 days'}`,
      )
    } else if (isOurs(context) && (await isInBin(context))) {
      remove('application', 'The application among the deleted applications, for good')
    }
    if (principal) remove('service-principal', 'Service principal of the application')
    changes.push(...[...grants.keys()].map((value) => permissionChange('revoke', value)))
    changes.push({
      action: 'remove',
      subject: 'server',
      text: 'The key with which this server signs in to the organization, on this server',
      permission: null,
    })
    return changes
  },
  steps: () => [stopStep, deleteStep, purgeStep, principalStep, readBackStep, signInStep, forgetStep],
  undo: async (context) => {
    const { application, principal } = await inspect(context)
    const left: string[] = []
    if (application)
      left.push(`The application "${application.displayName}" is still there. ${where(context)}`)
    else if (await isInBin(context)) left.push(`The application is among the deleted ones. ${where(context)}`)
    if (principal) left.push(`The service principal of the application is still there. ${where(context)}`)
    return left
  },
  leftWithoutToken: (context) => [`The application, or a part of it, may still be there. ${where(context)}`],
}

function where({ row }: Pick<TaskContext, 'row'>): string {
  return `In ${row.tenant.name}, look in the Microsoft Entra admin center under App registrations and Enterprise applications (application id ${row.application_id}).`
}

/** Made by this server, as its unique name says. Others are deleted, but can be taken back. */
function isOurs({ organization }: TaskContext): boolean {
  return organization.method !== 'manual'
}

async function isInBin({ row, provisioning, signal }: TaskContext): Promise<boolean> {
  if (row.application_object_id === null) return false
  return (await provisioning.findDeletedApplication(row.application_object_id, signal)) !== null
}

const stopStep: Step<TaskContext> = {
  id: 'stop',
  label: 'Restore rights of this server',
  run: async ({ db, organization }) => {
    await setRestoreRights(db, organization.id, { allowed: false, until: null })
    return 'Ended'
  },
}

const deleteStep: Step<TaskContext> = {
  id: 'delete',
  label: 'Application',
  run: async (context) => {
    const { application } = await inspect(context)
    if (!application) return 'Was not there any more'
    await context.save({ application_object_id: application.id })
    await context.provisioning.deleteApplication(application.id, context.signal)
    context.deletedAt = context.microsoft.clock.now()
    return 'Deleted'
  },
}

const purgeStep: Step<TaskContext> = {
  id: 'purge',
  label: 'Deleted applications',
  run: async (context) => {
    const { row, provisioning, signal } = context
    if (!isOurs(context)) {
      const stays = `The application (application id ${row.application_id}) was registered by hand, so it was deleted but stays among the deleted applications of ${row.tenant.name} for 30 days.`
      if (!context.left.includes(stays)) context.left.push(stays)
      return 'Stays there for 30 days'
    }
    if (row.application_object_id === null) return null
    try {
      await provisioning.purgeApplication(row.application_object_id, signal)
    } catch (error) {
      // Not there yet, or not there any more: what was deleted just now takes a while to arrive.
      const since = context.microsoft.clock.now() - (context.deletedAt ?? 0)
      if (isNotFound(error) && since > appearanceMs) return 'Not there any more'
      throw error
    }
    return 'Removed for good'
  },
}

const principalStep: Step<TaskContext> = {
  id: 'service-principal',
  label: 'Service principal and its permissions',
  run: async (context) => {
    const { principal } = await inspect(context)
    if (!principal) return 'Went with the application'
    await context.provisioning.deleteServicePrincipal(principal.id, context.signal)
    return 'Removed'
  },
}

const readBackStep: Step<TaskContext> = {
  id: 'read-back',
  label: 'The tenant, read back',
  run: async (context) => {
    const { application, principal } = await inspect(context)
    const isBinned = isOurs(context) && (await isInBin(context))
    if (!application && !principal && !isBinned) return 'Nothing of it is left'
    // A part of Microsoft that lags behind may have hidden it before, or shows it still: removed once more, it does no harm.
    for (const step of [deleteStep, purgeStep, principalStep]) await step.run(context)
    throw fail('TSK_STILL_THERE', {
      what: application || isBinned ? 'the application' : 'the service principal',
    })
  },
}

/** It was not made for this organization, and the administrator may be signed in through it at this moment: named, not removed. */
const signInStep: Step<TaskContext> = {
  id: 'sign-in-application',
  label: 'Your own sign-in application',
  run: async (context) => {
    const { row, cloud, provisioning, signal } = context
    const clientId = await context.ownClientId()
    const found = clientId && (await provisioning.findServicePrincipal(clientId, signal))
    if (!found) return { skipped: 'Is not in the organization' }
    context.left.push(
      `The enterprise application of your own sign-in application (application id ${clientId}) and the consent to it. In ${row.tenant.name}, look in the Microsoft Entra admin center (${cloud.portal.entra}) under Enterprise applications for that application id, and delete it there if nobody signs in through it any more.`,
    )
    return 'Stays, and is listed'
  },
}

const forgetStep: Step<TaskContext> = {
  id: 'forget',
  label: 'Key on this server',
  run: async ({ db, organization }) => {
    await forgetAccess(db, organization.id)
    return 'Destroyed'
  },
}
