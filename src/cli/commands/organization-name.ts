import type { OrganizationView } from '../../contract/index.ts'
import type { ApiClient } from '../client.ts'
import { fail } from '../errors.ts'

/**
 * Finds an organization by its name, tenant id, domain or own id; with nothing given, the only one there is.
 * @param state `removed`: among those that were removed
 */
export async function findOrganization(
  client: ApiClient,
  name: string | undefined,
  state: 'active' | 'removed' = 'active',
): Promise<OrganizationView> {
  const wanted = name?.toLowerCase()
  const found: OrganizationView[] = []
  for await (const organization of client.list<OrganizationView>('/organizations', { state })) {
    const names = [organization.id, organization.name, organization.tenantId, organization.defaultDomain]
    if (wanted === undefined || names.some((one) => one.toLowerCase() === wanted)) found.push(organization)
  }
  const [only, second] = found
  if (only && !second) return only
  if (second)
    throw fail('CLI_BAD_INPUT', {
      what:
        wanted === undefined
          ? 'There are several organizations.'
          : `Several organizations are called "${name}".`,
      remedy: "Name one by its id or tenant id, as 'bdrcloud org list' shows them.",
    })
  throw fail('CLI_NOT_FOUND', { noun: 'organization', name: name ?? '(any)', list: 'org list' })
}
