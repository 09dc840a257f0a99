import type { DetectedCloud } from '../contract/index.ts'
import { isAppError } from '../errors/index.ts'
import { findTenant, readTenantName, type TenantSearch } from '../microsoft/index.ts'
import type { MicrosoftSide } from '../organizations/index.ts'
import { fail } from './errors.ts'

/** What a person typed, looked for in every configured cloud. @throws ONB_TENANT_NAME */
export function searchTenant(side: MicrosoftSide, typed: string, signal: AbortSignal): Promise<TenantSearch> {
  const name = readTenantName(typed)
  if (name === undefined) throw fail('ONB_TENANT_NAME', { typed: typed.slice(0, 100) })
  return findTenant(side, side.clouds, name, signal)
}

/** `POST /clouds/detect`. @throws ONB_TENANT_NAME */
export async function detectCloud(
  side: MicrosoftSide,
  typed: string,
  signal: AbortSignal,
): Promise<DetectedCloud> {
  const { found, unreachable } = await searchTenant(side, typed, signal)
  if (!found) {
    return { cloud: null, tenantId: null, explanation: notFound(typed, unreachable) }
  }
  const gcc =
    found.subRegion === 'GCC'
      ? ' It is a US Government GCC organization, which uses the addresses of the global cloud.'
      : ''
  return {
    cloud: found.cloud.id,
    tenantId: found.tenantId,
    explanation: `${typed.trim()} belongs to ${found.cloud.name}.${gcc}`,
  }
}

/** Says that no cloud knows the organization, and which clouds could not be asked. */
export function notFound(typed: string, unreachable: TenantSearch['unreachable']): string {
  const silent = unreachable.map(({ cloud, error }) =>
    isAppError(error) ? `${cloud.name}: ${error.message}` : cloud.name,
  )
  return silent.length === 0
    ? `No cloud that this server knows has an organization "${typed.trim()}".`
    : `The organization "${typed.trim()}" was not found, but not every cloud could be asked. ${silent.join(' ')}`
}
