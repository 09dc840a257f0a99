import type { TaskChange } from '../../../contract/index.ts'
import { permissionCatalogue } from '../../../microsoft/index.ts'
import { noteWriteGranted, setRestoreRights } from '../../../organizations/index.ts'
import type { Step } from '../../run-steps.ts'
import type { TaskContext, TaskDefinition } from '../context.ts'
import { fail } from '../errors.ts'
import { inspect, permissionChange } from '../tenant-side.ts'

/** Write permissions of the catalogue among those granted. */
export function grantedWrites(grants: ReadonlyMap<string, string>): string[] {
  return permissionCatalogue.flatMap(({ access, value }) =>
    access === 'write' && grants.has(value) ? [value] : [],
  )
}

/** Takes the write permissions away in the tenant. The server stops writing first. */
export const revokeRestore: TaskDefinition = {
  needs: ['grant'],
  access: 'none',
  check: () => {},
  plan: async (context) => {
    const { grants } = await inspect(context)
    const stop: TaskChange = {
      action: 'change',
      subject: 'server',
      text: 'This server stops writing to the organization at once.',
      permission: null,
    }
    return [...grantedWrites(grants).map((value) => permissionChange('revoke', value)), stop]
  },
  steps: ({ row }) => [
    stopStep,
    ...row.changes
      .flatMap(({ action, permission }) => (action === 'revoke' && permission ? [permission.value] : []))
      .map(revokeStep),
    readBackStep,
  ],
  // Nothing is given back: whoever took rights away would not want that.
  undo: async (context) => {
    const { grants } = await inspect(context)
    const still = grantedWrites(grants)
    await noteWriteGranted(context.db, context.organization.id, still.length > 0)
    return still.length > 0 ? [stillGranted(context, still.join(', '))] : []
  },
  leftWithoutToken: (context) =>
    context.organization.write_granted ? [stillGranted(context, 'that allow writing')] : [],
}

function stillGranted({ row }: Pick<TaskContext, 'row'>, permissions: string): string {
  return `The permissions ${permissions} are still granted to the application ${row.application_id} in ${row.tenant.name}. This server does not use them.`
}

const stopStep: Step<TaskContext> = {
  id: 'stop',
  label: 'Restore rights of this server',
  run: async ({ db, organization }) => {
    await setRestoreRights(db, organization.id, { allowed: false, until: null })
    return 'Ended'
  },
}

function revokeStep(value: string): Step<TaskContext> {
  return {
    id: `revoke:${value}`,
    label: `Permission ${value}`,
    run: async (context) => {
      const { principal, grants } = await inspect(context)
      const id = grants.get(value)
      if (!principal || id === undefined) return 'Was not granted any more'
      await context.provisioning.revokeGrant(principal.id, id, context.signal)
      return 'Revoked'
    },
  }
}

const readBackStep: Step<TaskContext> = {
  id: 'read-back',
  label: 'Permissions in the tenant, read back',
  run: async (context) => {
    const { principal, grants } = await inspect(context)
    const still = grantedWrites(grants)
    // A part of Microsoft that lags behind may show it still, or may have hidden it before: asked once more, it does no harm.
    for (const value of still)
      await context.provisioning.revokeGrant(principal?.id ?? '', grants.get(value) ?? '', context.signal)
    if (still.length > 0) throw fail('TSK_STILL_THERE', { what: `the permission ${still.join(', ')}` })
    await noteWriteGranted(context.db, context.organization.id, false)
    return null
  },
}
