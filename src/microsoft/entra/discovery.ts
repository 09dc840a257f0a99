import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { localFailure } from '../failures/microsoft-error.ts'
import { askLoginService, type LoginServiceOptions, withLoginRetries } from './login-service.ts'

/** The parts relied upon of the OpenID discovery document. */
const DiscoveryDocument = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
  device_authorization_endpoint: Type.Optional(Type.String()),
})
export type DiscoveryDocument = Static<typeof DiscoveryDocument>

/**
 * Asks the login service for its addresses and issuer.
 * @param tenant tenant id, domain or `organizations`
 * @throws MicrosoftError, also when the issuer is not of this cloud
 */
export async function discover(
  service: LoginServiceOptions,
  tenant: string,
  signal: AbortSignal | undefined,
): Promise<DiscoveryDocument> {
  const { loginAuthority, loginAliases } = service.cloud
  const url = `${loginAuthority}/${encodeURIComponent(tenant)}/v2.0/.well-known/openid-configuration`
  const { body } = await withLoginRetries(service, signal, () => askLoginService(service, { url, signal }))
  if (!Value.Check(DiscoveryDocument, body)) {
    throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'the discovery document lacks addresses' })
  }
  // The issuer holds the place `{tenantid}` where no tenant was named, which an URL would encode: compare the beginning only.
  if (![loginAuthority, ...loginAliases].some((origin) => body.issuer.startsWith(`${origin}/`))) {
    throw localFailure('MSG_IDENTITY_UNPROVEN', { reason: 'its issuer does not belong to the login service' })
  }
  if (!/^https?:\/\//.test(body.authorization_endpoint)) {
    throw localFailure('MSG_UNEXPECTED_ANSWER', {
      reason: 'the address of the sign-in page is not a web address',
    })
  }
  return body
}
