import type { Workload } from '../../../contract/index.ts'
import { mayWrite, setWorkloads } from '../../../organizations/index.ts'
import type { Step } from '../../run-steps.ts'
import { probe } from '../../steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { offeredPermissions, permissionChange, requireApplication } from '../tenant-side.ts'
import { findStep, grantSteps, grantsLeft, takeBackGrants, tokenStep } from './granting-steps.ts'

/** New consent for what the added workloads need and the application does not hold yet: nothing else. */
export const addWorkloads: TaskDefinition = {
  needs: ['grant'],
  access: 'organization',
  check: (organization, input) => {
    if (input.kind !== 'add-workloads') return
    const known = input.workloads.filter((workload) => organization.workloads.includes(workload))
    if (known.length > 0)
      throw fail('TSK_NOTHING_TO_ADD', { name: organization.name, workloads: known.join(', ') })
  },
  plan: async (context) => {
    const { organization, microsoft } = context
    const { grants } = await requireApplication(context)
    const restore = mayWrite(organization, microsoft.clock.now())
    const missing = (await offeredPermissions(context, { workloads: added(context), restore })).filter(
      ({ value }) => !grants.has(value),
    )
    return [
      ...missing.map(({ value }) => permissionChange('grant', value)),
      {
        action: 'change',
        subject: 'server',
        text: `This server backs up ${added(context).join(', ')} of the organization as well.`,
        permission: null,
      },
    ]
  },
  steps: (context) => [
    findStep,
    ...grantSteps(context),
    tokenStep,
    ...added(context).map((workload) => ({
      id: `probe:${workload}`,
      label: `Access to ${workload}`,
      run: (running: TaskContext) => probe(running, workload),
    })),
    keepStep,
  ],
  undo: takeBackGrants,
  leftWithoutToken: grantsLeft,
}

const keepStep: Step<TaskContext> = {
  id: 'keep',
  label: 'Workloads of the organization',
  run: async (context) => {
    const { db, organization } = context
    await setWorkloads(db, organization.id, [...new Set([...organization.workloads, ...added(context)])])
    return null
  },
}

function added({ row }: Pick<TaskContext, 'row'>): Workload[] {
  return row.input.workloads ?? []
}
