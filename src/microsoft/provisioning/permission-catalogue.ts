/**
 * The application permissions of Microsoft Graph this product asks for, each with its reason: nothing that no chosen workload needs.
 * Everything that names a permission comes from here: 'Grant Access', the instructions and scripts of the Manual Process, the
 * health grid, docs/permissions.md.
 */
import type { Cloud } from '../clouds/cloud.ts'
import type { AppRole, ResourceServicePrincipal } from './provisioning-types.ts'

export const workloadIds = ['mail', 'files', 'calendar', 'contacts', 'todo'] as const
export type WorkloadId = (typeof workloadIds)[number]

/** What is there only where somebody chose it: nothing fails without it. */
type OptionalUse = 'groups' | 'mailbox-settings' | 'mailbox-settings-restore'

export interface Permission {
  /** Microsoft's name, e.g. `Mail.Read`. */
  readonly value: string
  /**
   * Id in every cloud as Microsoft publishes it (role list of August 2026). The organization's own service principal is asked
   * for the name first, since clouds offer different roles; this counts where it lists the id under another name, or nothing at all.
   */
  readonly fallbackId: string
  /** What it is for; `directory` permissions serve every workload. */
  readonly workload: WorkloadId | 'directory'
  readonly access: 'read' | 'write'
  readonly why: string
  /** Asked for by itself, by an administrator's task, never with the workload: without it only this use is not there. */
  readonly optional?: OptionalUse
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
    value: 'GroupMember.Read.All',
    fallbackId: '98830695-27a2-44f7-8c18-0c3ebc9698f6',
    workload: 'directory',
    access: 'read',
    why: 'Lists groups and who is in them, so that users can be protected by their groups.',
    optional: 'groups',
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
  {
    value: 'MailboxSettings.Read',
    fallbackId: '40f97065-369a-49f4-947c-6a255697ae91',
    workload: 'mail',
    access: 'read',
    why: 'Reads rules, categories, automatic replies, working hours and the kind of every mailbox, to back them up with its mails.',
    optional: 'mailbox-settings',
  },
  {
    value: 'MailboxSettings.ReadWrite',
    fallbackId: '6931bccd-447a-43d1-b442-00a195474933',
    workload: 'mail',
    access: 'write',
    why: 'Creates rules and categories in mailboxes and sets automatic replies and working hours, to restore them.',
    optional: 'mailbox-settings-restore',
  },
  {
    value: 'Files.Read.All',
    fallbackId: '01d4889c-1287-42c6-ac1f-5d1e02578ef6',
    workload: 'files',
    access: 'read',
    why: 'Reads the files of every OneDrive and document library, with who they are shared with, to back them up.',
  },
  {
    value: 'Sites.Read.All',
    fallbackId: '332a536c-c7ef-4017-ab91-336970924f0d',
    workload: 'files',
    access: 'read',
    why: 'Lists the SharePoint sites and their document libraries, so that they can be found and named.',
  },
  {
    value: 'Files.ReadWrite.All',
    fallbackId: '75359482-378d-4052-8f01-80520e7db3cd',
    workload: 'files',
    access: 'write',
    why: 'Creates folders and files in OneDrives and document libraries, to restore them.',
  },
  {
    value: 'Sites.ReadWrite.All',
    fallbackId: '9492366f-7969-46a4-8d15-ed1a20078fff',
    workload: 'files',
    access: 'write',
    why: 'Uploads files of any size into document libraries, to restore them.',
  },
  {
    value: 'Calendars.Read',
    fallbackId: '798ee544-9d2d-430c-a058-570e29e34338',
    workload: 'calendar',
    access: 'read',
    why: 'Reads calendars, events and their attachments of every mailbox, to back them up.',
  },
  {
    value: 'Calendars.ReadWrite',
    fallbackId: 'ef54d2bf-783f-4e0f-bca1-3210c0444d99',
    workload: 'calendar',
    access: 'write',
    why: 'Creates calendars and events in mailboxes, to restore them. Nobody is invited by a restore.',
  },
  {
    value: 'Contacts.Read',
    fallbackId: '089fe4d0-434a-44c5-8827-41ba8a0b17f5',
    workload: 'contacts',
    access: 'read',
    why: 'Reads folders of contacts, contacts and their photos of every mailbox, to back them up.',
  },
  {
    value: 'Contacts.ReadWrite',
    fallbackId: '6918b873-d17a-4dc1-b314-35f528134491',
    workload: 'contacts',
    access: 'write',
    why: 'Creates folders of contacts and contacts in mailboxes, to restore them.',
  },
  {
    value: 'Tasks.Read.All',
    fallbackId: 'f10e1f91-74ed-437f-a6fd-d6ae88e26c1f',
    workload: 'todo',
    access: 'read',
    why: 'Reads lists, tasks and their attachments in Microsoft To Do of every user, to back them up.',
    absentIn: ['china'],
  },
  {
    value: 'Tasks.ReadWrite.All',
    fallbackId: '44e666d1-d276-445b-a5fc-8815eeb81d55',
    workload: 'todo',
    access: 'write',
    why: 'Creates lists and tasks in Microsoft To Do, to restore them.',
    absentIn: ['china'],
  },
]

const required = permissionCatalogue.filter(({ optional }) => optional === undefined)

/** What cannot be had here: the cloud lacks it, or the organization's own Microsoft Graph does not list it. */
interface Offer {
  readonly cloud: Pick<Cloud, 'id'>
  /** Permissions that the organization's Microsoft Graph turned out not to offer. */
  readonly notOffered?: readonly string[] | undefined
}

interface PermissionChoice extends Offer {
  readonly workloads: readonly WorkloadId[]
  readonly restore: boolean
}

/** What of a workload is not available here, for want of which permissions. */
export interface Shortage {
  readonly workload: WorkloadId
  /** `read`: the workload as a whole; `write`: it can be backed up, but nothing can be restored into it. */
  readonly access: 'read' | 'write'
  readonly permissions: readonly string[]
}

/**
 * What to grant for these workloads, of what there is. A permission that does nothing without one that is not offered is left out
 * as well.
 * @param choice.restore whether write permissions are wanted as well; read permissions stay, so that write ones can be taken away later
 */
export function permissionsFor(choice: PermissionChoice): Permission[] {
  const { workloads, restore } = choice
  const short = shortages(choice)
  const has = (workload: WorkloadId, access: Permission['access']) =>
    !short.some((one) => one.workload === workload && (one.access === 'read' || one.access === access))
  const backedUp = workloads.filter((workload) => has(workload, 'read'))
  return required.filter(({ workload, access }) => {
    if (access === 'write' && !restore) return false
    const uses = workload === 'directory' ? backedUp : backedUp.filter((one) => one === workload)
    return uses.some((one) => has(one, access))
  })
}

/** Of the workloads, what is not available here. What is not available for reading is not said again for writing. */
export function shortages({
  cloud,
  notOffered = [],
  workloads,
}: Omit<PermissionChoice, 'restore'>): Shortage[] {
  return workloads.flatMap((workload) => {
    const lacking = (access: Permission['access']): Shortage[] => {
      const permissions = required
        .filter((one) => one.access === access && [workload, 'directory'].includes(one.workload))
        .filter(({ value, absentIn }) => absentIn?.includes(cloud.id) || notOffered.includes(value))
        .map(({ value }) => value)
      return permissions.length > 0 ? [{ workload, access, permissions }] : []
    }
    const read = lacking('read')
    return read.length > 0 ? read : lacking('write')
  })
}

/** What may be asked for beside what the workloads need. */
export function optionalPermissions(workloads: readonly WorkloadId[]): Permission[] {
  return permissionCatalogue.filter(
    ({ optional, workload }) =>
      optional !== undefined &&
      workloads.length > 0 &&
      (workload === 'directory' || workloads.includes(workload)),
  )
}

/** Permissions that a workload cannot do without, by themselves. */
export function workloadPermissions(workload: WorkloadId): Permission[] {
  return required.filter((permission) => permission.workload === workload)
}

/**
 * A permission as this organization's Microsoft Graph lists it: by its name, else by Microsoft's id. Where the list is empty, which
 * says nothing, the id is taken.
 * @returns the role with the name that the organization has for it, which its tokens carry; undefined when it is not offered
 */
export function offeredRole(
  { appRoles }: Pick<ResourceServicePrincipal, 'appRoles'>,
  value: string,
): AppRole | undefined {
  const listed = appRoles.get(value)
  if (listed) return listed
  const id = permissionCatalogue.find((permission) => permission.value === value)?.fallbackId
  if (id === undefined) return undefined
  return appRoles.size === 0 ? { id, value } : [...appRoles.values()].find((role) => role.id === id)
}
