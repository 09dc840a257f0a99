import type { HealthState, Workload, WorkloadHealth } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import { type Cloud, isAccessDenied, type Permission, permissionsFor, shortages } from '../microsoft/index.ts'
import type { ApplicationAccess } from './access.ts'
import { type ProbeResult, probes } from './probes.ts'

export interface VerificationInput {
  readonly cloud: Cloud
  readonly workloads: readonly Workload[]
  readonly restoreRights: boolean
  /** Permissions that the organization's Microsoft Graph does not offer. */
  readonly notOffered: readonly string[]
  /** Milliseconds since the epoch, for `checkedAt`. */
  readonly now: number
  readonly signal?: AbortSignal | undefined
}

export interface Verification {
  readonly health: WorkloadHealth[]
  /** The first thing that Microsoft refused, if any. */
  readonly failure: unknown
  /** Application permissions in the token; null when there was no token. */
  readonly roles: readonly string[] | null
}

/**
 * Asks for a fresh token, compares its permissions with those the workloads need, and tries one harmless request per
 * workload. What Microsoft refuses is part of the answer; only the signal's reason is thrown.
 */
export async function verifyAccess(
  access: ApplicationAccess,
  input: VerificationInput,
): Promise<Verification> {
  const checkedAt = new Date(input.now).toISOString()
  access.tokens.invalidate()
  let roles: readonly string[]
  try {
    roles = (await access.tokens.token(input.signal)).roles
  } catch (error) {
    input.signal?.throwIfAborted()
    const refused = input.workloads.map(
      (workload): WorkloadHealth => ({
        workload,
        read: 'failed',
        write: unwritable(input, workload) ?? 'failed',
        missingPermissions: [],
        message: words(error),
        checkedAt,
      }),
    )
    return { health: refused, failure: error, roles: null }
  }
  const health: WorkloadHealth[] = []
  let failure: unknown
  for (const workload of input.workloads) {
    const result = await verifyWorkload(access, input, workload, roles)
    failure ??= result.failure
    health.push({ ...result.health, checkedAt })
  }
  return { health, failure, roles }
}

async function verifyWorkload(
  { graph }: ApplicationAccess,
  input: VerificationInput,
  workload: Workload,
  roles: readonly string[],
) {
  const { cloud, restoreRights, notOffered, signal } = input
  const needed = permissionsFor({ cloud, workloads: [workload], restore: restoreRights, notOffered })
  const notInToken = needed.filter(({ value }) => !roles.includes(value))
  let probe: ProbeResult | undefined
  let failure: unknown
  let writes: boolean | undefined
  try {
    probe = await probes[workload].read(graph, signal)
    if (probe.state === 'ok' && notInToken.some(isWrite))
      writes = await probes[workload].mayWrite(graph, probe.target, signal)
  } catch (error) {
    signal?.throwIfAborted()
    failure = error
  }
  // Exchange's own grants stand in no token, and a broader permission has another name: what the probe could do is granted.
  const isProved = ({ access }: Permission) => probe?.state === 'ok' && (access === 'read' || writes === true)
  const missing = notInToken.filter((permission) => !isProved(permission))
  const read: HealthState =
    probe?.state === 'ok'
      ? 'ok'
      : missing.length > 0 || isAccessDenied(failure)
        ? 'missing-permission'
        : probe
          ? 'unknown'
          : 'failed'
  const write: HealthState =
    unwritable(input, workload) ??
    (missing.some(isWrite) ? 'missing-permission' : read === 'failed' ? 'unknown' : 'ok')
  const health = {
    workload,
    read,
    write,
    missingPermissions: missing.map(({ value }) => value),
    message: failure === undefined ? (probe?.message ?? null) : words(failure),
  }
  return { health, failure }
}

/** Why nothing is to be written, whatever the tenant says; undefined where something is. */
function unwritable(
  { cloud, notOffered, restoreRights }: VerificationInput,
  workload: Workload,
): HealthState | undefined {
  if (shortages({ cloud, notOffered, workloads: [workload] }).length > 0) return 'not-available'
  return restoreRights ? undefined : 'not-granted'
}

const isWrite = ({ access }: Permission) => access === 'write'

function words(error: unknown): string {
  return isAppError(error) ? `${error.message} ${error.remedy}` : 'The check failed for an unknown reason.'
}
