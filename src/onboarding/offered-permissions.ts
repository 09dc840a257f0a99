/** What of the permissions wanted the organization's own Microsoft Graph offers. What it does not is left out, and said. */
import type { Workload } from '../contract/index.ts'
import {
  type Cloud,
  graphAppId,
  offeredRole,
  type Permission,
  type Provisioning,
  permissionCatalogue,
  permissionsFor,
  shortages,
} from '../microsoft/index.ts'
import { whatIsNotAvailable } from '../organizations/index.ts'
import { fail } from './errors.ts'
import type { OnboardingRow } from './view.ts'

/** Permissions of the catalogue that the organization does not offer. Nothing is created to find out. */
export async function permissionsNotOffered(
  provisioning: Provisioning,
  signal: AbortSignal,
): Promise<string[]> {
  const resource = await provisioning.findResourceServicePrincipal(graphAppId, signal)
  if (!resource) return []
  return permissionCatalogue
    .map(({ value }) => value)
    .filter((value) => offeredRole(resource, value) === undefined)
}

type Choice = Pick<OnboardingRow, 'workloads' | 'restore_rights' | 'not_offered'>

/** What is to be granted of what was chosen and is offered. */
export function permissionsOf(cloud: Cloud, row: Choice): Permission[] {
  return permissionsFor({
    cloud,
    workloads: row.workloads,
    restore: row.restore_rights,
    notOffered: row.not_offered,
  })
}

/** The workloads chosen that can be backed up here. */
export function availableWorkloads(cloud: Cloud, row: Choice): Workload[] {
  const short = shortages({ cloud, workloads: row.workloads, notOffered: row.not_offered })
  return row.workloads.filter(
    (workload) => !short.some((one) => one.workload === workload && one.access === 'read'),
  )
}

/** Whether anything of what was chosen can be written back here. */
export function isAnythingRestorable(cloud: Cloud, row: Choice): boolean {
  return permissionsOf(cloud, { ...row, restore_rights: true }).some(({ access }) => access === 'write')
}

/** @throws ONB_NOTHING_AVAILABLE when no workload that was chosen is left */
export function requireSomething(cloud: Cloud, row: Choice, where: string): void {
  if (availableWorkloads(cloud, row).length > 0) return
  const { workloads, not_offered: notOffered } = row
  const reasons = whatIsNotAvailable({ cloud, workloads, notOffered }, where).map(({ reason }) => reason)
  throw fail('ONB_NOTHING_AVAILABLE', { reasons: reasons.join(' ') })
}
