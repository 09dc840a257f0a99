import type { AddMethod, CloudView, PermissionView, Workload } from '../contract/index.ts'
import { type Cloud, type Permission, permissionsFor, workloadIds } from '../microsoft/index.ts'
import { whatIsNotAvailable } from '../organizations/index.ts'
import { fail } from './errors.ts'

const methods: readonly AddMethod[] = ['credential', 'device-code', 'manual']

function availability(cloud: Cloud, method: AddMethod): { available: boolean; reason: string | null } {
  const { available, reason = `Not available in ${cloud.name}.` } = cloud.methods[method]
  return { available, reason: available ? null : reason }
}

/** `GET /clouds`: every configured cloud, with what works there and why the rest does not. */
export function cloudViews(clouds: readonly Cloud[]): CloudView[] {
  return clouds.map((cloud) => ({
    id: cloud.id,
    name: cloud.name,
    description: cloud.description,
    group: cloud.group ?? null,
    portal: cloud.portal.entra,
    methods: methods.map((method) => ({ method, ...availability(cloud, method) })),
    defaultMethod: defaultMethod(cloud) ?? null,
    workloads: workloadIds.map((workload) => workloadAvailability(cloud, workload)),
  }))
}

/** Where none is named: the Device Code Process, which needs no browser on any particular computer, else the first that works there. */
function defaultMethod(cloud: Cloud): AddMethod | undefined {
  const usable = methods.filter((method) => availability(cloud, method).available)
  return usable.includes('device-code') ? 'device-code' : usable[0]
}

function workloadAvailability(cloud: Cloud, workload: Workload): CloudView['workloads'][number] {
  const [lack] = whatIsNotAvailable({ cloud, workloads: [workload] }, cloud.name)
  return {
    workload,
    available: lack?.access !== 'read',
    restorable: lack === undefined,
    reason: lack?.reason ?? null,
  }
}

/** @throws ONB_WORKLOAD_UNAVAILABLE for the first one that cannot be backed up in this cloud */
export function requireWorkloads(cloud: Cloud, workloads: readonly Workload[]): void {
  for (const workload of workloads) {
    const { available, reason } = workloadAvailability(cloud, workload)
    if (!available) throw fail('ONB_WORKLOAD_UNAVAILABLE', { workload, reason })
  }
}

/** The method asked for, else the cloud's default, and the cloud. @throws ONB_METHOD_UNAVAILABLE */
export function chosenMethod(
  clouds: readonly Cloud[],
  cloudId: string,
  asked: AddMethod | undefined,
): { readonly cloud: Cloud; readonly method: AddMethod } {
  const known = clouds.find(({ id }) => id === cloudId)
  const method = asked ?? (known && defaultMethod(known)) ?? 'device-code'
  return { cloud: requireMethod(clouds, cloudId, method), method }
}

/** @throws ONB_METHOD_UNAVAILABLE, also for a cloud that is not configured */
export function requireMethod(clouds: readonly Cloud[], cloudId: string, method: AddMethod): Cloud {
  const cloud = clouds.find(({ id }) => id === cloudId)
  if (!cloud) {
    const reason = `it is not configured. Known: ${clouds.map(({ id }) => id).join(', ')}.`
    throw fail('ONB_METHOD_UNAVAILABLE', { cloud: cloudId, reason })
  }
  const { available, reason } = availability(cloud, method)
  if (!available) throw fail('ONB_METHOD_UNAVAILABLE', { cloud: cloud.name, reason })
  return cloud
}

/** What will be granted for a choice of workloads, and why: nothing that none of them needs. */
export function permissionViews(
  cloud: Cloud,
  workloads: readonly Workload[],
  restore: boolean,
): PermissionView[] {
  return shown(permissionsFor({ cloud, workloads: [...workloads], restore }))
}

/** Permissions as everyone may see them. */
export function shown(permissions: readonly Permission[]): PermissionView[] {
  return permissions.map(({ value, workload, access, why }) => ({ value, workload, access, why }))
}
