/**
 * The application permissions of Microsoft Graph this product asks for, each with its reason: nothing that no chosen workload needs.
 * Everything that names a permission comes from here: 'Grant Access', the instructions and scripts of the Manual Process, the
 * health grid, docs/permissions.md.
 */
import type { Cloud } from '../clouds/cloud.ts'

export const workloadIds = ['mail'] as const
export type WorkloadId = (typeof workloadIds)[number]

export interface Permission {
  /** Microsoft's name, e.g. `Mail.Read`. */
  readonly value: string
  /**
   * Id in every cloud as Microsoft publishes it (role list of August 2026). The organization's own service principal is asked
   * first, since clouds offer different roles; this counts only where it does not list any.
   */
  readonly fallbackId: string
  /** What it is for; `directory` permissions serve every workload. */
  readonly workload: WorkloadId | 'directory'
  readonly access: 'read' | 'write'
  readonly why: string
  /** Clouds that do not offer it. */
  readonly absentIn?: readonly string[]
}

interface PermissionChoice {
  readonly cloud: Pick<Cloud, 'id'>
  readonly workloads: readonly WorkloadId[]
  readonly restore: boolean
}

/** Application id of Microsoft Graph, the same in all clouds. */
export const graphAppId = '00000003-0000-0000-c000-000000000000'

export const permissionCatalogue: readonly Permission[] = [
  {
    value: 'User.Read.All',
    fallbackId: 'df021288-bdef-4463-88db-98f22de89214',
    workload: 'directory',
    access: 'read',
    why: 'Lists the users of the organization, so that their mailboxes can be found and named, and reads its name and domains.',
  },
  {
    value: 'Mail.Read',
    fallbackId: '810c84a8-4a9e-49e6-bf7d-12d183f40d01',
    workload: 'mail',
    access: 'read',
    why: 'Reads folders, messages and attachments of every mailbox, to back them up.',
  },
  {
    value: 'Mail.ReadWrite',
    fallbackId: 'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
    workload: 'mail',
    access: 'write',
    why: 'Creates folders and messages in mailboxes, to restore them. Sending mail is not included.',
  },
]

/**
 * What to grant for these workloads, of what the cloud offers.
 * @param choice.restore whether write permissions are wanted as well; read permissions stay, so that write ones can be taken away later
 */
export function permissionsFor({ cloud, workloads, restore }: PermissionChoice): Permission[] {
  return permissionCatalogue.filter(
    (permission) =>
      (permission.workload === 'directory' || workloads.includes(permission.workload)) &&
      (permission.access === 'read' || restore) &&
      !permission.absentIn?.includes(cloud.id),
  )
}

/**
 * What a workload needs, split by what for: without all of `read` it is not available at all, without all of `write` nothing can be
 * restored into it.
 */
export function workloadPermissions(workload: WorkloadId): {
  readonly read: readonly Permission[]
  readonly write: readonly Permission[]
} {
  const own = permissionCatalogue.filter((permission) => permission.workload === workload)
  return {
    read: own.filter(({ access }) => access === 'read'),
    write: own.filter(({ access }) => access === 'write'),
  }
}
