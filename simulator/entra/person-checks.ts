/** What keeps a person out although the password was right. */
import type { Tenant, User } from '../tenant/index.ts'
import { EntraError } from './errors.ts'
import type { Interaction } from './interaction.ts'

/** The page's error, and for a device what its next poll is told: nobody will sign in with that code any more. */
export function refuse(interaction: Interaction, error: EntraError): EntraError {
  const { request } = interaction
  if (request.kind === 'device') {
    const text = error.message.replace(/^AADSTS\d+: /, '')
    const shown = error.number === 53003 ? 'invalid_grant' : error.error
    request.device.outcome = { kind: 'refused', error: new EntraError(error.number, text, shown) }
  }
  return error
}

/** The tenant's answer to a person whose password was right. Throws the errors that stay on the page. */
export function checkPerson(tenant: Tenant, user: User, interaction: Interaction): void {
  if (user.signIn === 'guest') {
    throw new EntraError(
      50020,
      `User account '${user.signInName}' from identity provider 'live.com' does not exist in tenant '${tenant.displayName}' and cannot access the application '${interaction.request.client.appId}'(${interaction.request.client.displayName}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.`,
    )
  }
  const deviceFlow = interaction.request.kind === 'device' && tenant.policies.deviceCodeFlowBlocked
  if (user.signIn === 'blocked' || deviceFlow) {
    throw refuse(
      interaction,
      new EntraError(
        53003,
        'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
      ),
    )
  }
}
