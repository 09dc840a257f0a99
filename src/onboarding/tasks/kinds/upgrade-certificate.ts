import type { Step } from '../../run-steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { inspect } from '../tenant-side.ts'
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

/** 'Upgrade to certificate': the password gives way to a certificate whose key never leaves the server. */
export const upgradeCertificate: TaskDefinition = {
  needs: ['manage'],
  access: 'new',
  check: ({ name, credential_kind: kind }) => {
    if (kind === 'certificate') throw fail('TSK_ALREADY_CERTIFICATE', { name })
  },
  plan: async (context) => credentialChanges(context, (await requireRegistration(context)).application),
  steps: () => [registrationStep, credentialStep('certificate'), proofStep, replaceStep, removeOldStep],
  undo: async (context) => {
    if (isReplaced(context)) return oldCredentialLeft(context)
    await takeBackCredential(context)
    return []
  },
  leftWithoutToken: credentialLeft,
}

const registrationStep: Step<TaskContext> = {
  id: 'application',
  label: 'Application',
  run: async (context) => {
    const { application, principal } = await requireRegistration(context)
    await context.save({ application_object_id: application.id, service_principal_id: principal.id })
    return null
  },
}

/** Credentials belong to the registration, not only to the service principal. @throws TSK_APPLICATION_GONE */
async function requireRegistration(context: TaskContext) {
  const { application, principal } = await inspect(context)
  if (!application || !principal) {
    const { tenant, application_id: applicationId } = context.row
    throw fail('TSK_APPLICATION_GONE', { applicationId, tenant: tenant.name })
  }
  return { application, principal }
}
