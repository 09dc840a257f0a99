import { noteWriteGranted, setRestoreRights } from '../../../organizations/index.ts'
import type { Step } from '../../run-steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { inspect, offeredPermissions, permissionChange, requireApplication } from '../tenant-side.ts'
import { findStep, grantSteps, grantsLeft, takeBackGrants, tokenStep } from './granting-steps.ts'
import { grantedWrites } from './revoke-restore.ts'

const shortestMs = 5 * 60_000
const longestMs = 30 * 24 * 60 * 60_000
/** The dialog takes a while to be filled in. */
const slackMs = 2 * 60_000

/** Just-in-time restore rights: write permissions with an end, after which the server refuses to write by itself. */
export const grantRestore: TaskDefinition = {
  needs: ['grant'],
  access: 'organization',
  check: (_organization, input, { now }) => {
    if (input.kind !== 'grant-restore') return
    const left = Date.parse(input.endsAt) - now
    if (left < shortestMs - slackMs || left > longestMs + slackMs)
      throw fail('TSK_END_INVALID', { endsAt: input.endsAt })
  },
  plan: async (context) => {
    const { grants } = await requireApplication(context)
    const { workloads } = context.organization
    const missing = (await offeredPermissions(context, { workloads, restore: true })).filter(
      ({ access, value }) => access === 'write' && !grants.has(value),
    )
    return [
      ...missing.map(({ value }) => permissionChange('grant', value)),
      {
        action: 'change',
        subject: 'server',
        text: `This server may write to the organization until ${minutes(endOf(context))}, and refuses to from then on.`,
        permission: null,
      },
    ]
  },
  steps: (context) => [findStep, ...grantSteps(context), tokenStep, allowStep],
  undo: async (context) => {
    const left = await takeBackGrants(context)
    const { grants } = await inspect(context)
    await noteWriteGranted(context.db, context.organization.id, grantedWrites(grants).length > 0)
    return left
  },
  leftWithoutToken: grantsLeft,
}

const allowStep: Step<TaskContext> = {
  id: 'allow',
  label: 'Restore rights of this server',
  run: async (context) => {
    const { db, organization } = context
    await noteWriteGranted(db, organization.id, true)
    await setRestoreRights(db, organization.id, { allowed: true, until: new Date(endOf(context)) })
    return `Until ${minutes(endOf(context))}`
  },
}

function endOf({ row }: TaskContext): string {
  return row.input.endsAt ?? new Date(0).toISOString()
}

/** `2026-11-20 18:00 UTC` */
function minutes(time: string): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
