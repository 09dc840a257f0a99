import { optionalPermissions, type Permission } from '../../../microsoft/index.ts'
import { permissionsNotOffered } from '../../offered-permissions.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { permissionChange, requireApplication } from '../tenant-side.ts'
import { findStep, grantSteps, grantsLeft, takeBackGrants, tokenStep } from './granting-steps.ts'

/** What nothing needs and some want: groups to select users by, settings and rules of mailboxes. It is used from the next run on. */
export const grantOptional: TaskDefinition = {
  needs: ['grant'],
  access: 'organization',
  check: (organization, input) => {
    if (input.kind !== 'grant-optional') return
    const possible = optionalPermissions(organization.workloads).map(({ optional }) => optional)
    if (input.access.some((one) => !possible.includes(one)))
      throw fail('TSK_NOT_AVAILABLE', { reasons: 'Settings of mailboxes belong to the workload mail.' })
  },
  plan: async (context) => {
    const { grants } = await requireApplication(context)
    const notOffered = await permissionsNotOffered(context.provisioning, context.signal)
    const missing = chosen(context).filter(({ value }) => notOffered.includes(value))
    if (missing.length > 0) {
      const names = missing.map(({ value }) => value).join(', ')
      throw fail('TSK_NOT_AVAILABLE', {
        reasons: `Microsoft Graph of ${context.row.tenant.name} does not offer ${names}.`,
      })
    }
    return chosen(context)
      .filter(({ value }) => !grants.has(value))
      .map(({ value }) => permissionChange('grant', value))
  },
  steps: (context) => [findStep, ...grantSteps(context), tokenStep],
  undo: takeBackGrants,
  leftWithoutToken: grantsLeft,
}

function chosen({ organization, row }: Pick<TaskContext, 'organization' | 'row'>): Permission[] {
  const { access = [] } = row.input
  return optionalPermissions(organization.workloads).filter(({ optional }) =>
    access.some((one) => one === optional),
  )
}
