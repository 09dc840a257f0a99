/** Reads the access token of each Graph request into `request.caller`. */
import type { FastifyRequest } from 'fastify'
import { decodeJwt } from 'jose'
import type { Signer } from '../entra/index.ts'
import { graphAppId, type Tenant } from '../tenant/index.ts'
import { GraphError } from './errors.ts'
import type { Caller } from './permissions.ts'

function unauthorized(tenant: Tenant, message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message, {
    headers: {
      'www-authenticate': `Bearer realm="", authorization_uri="${tenant.endpoints.login}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
    },
  })
}

function words(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : []
}

function isAudience(tenant: Tenant, audience: unknown): boolean {
  const name = String(audience).replace(/\/+$/, '')
  return [tenant.endpoints.graph, tenant.cloud.graphName, graphAppId].includes(name)
}

/** Throws Graph's 401 for a missing, foreign, expired or wrongly addressed token. */
export async function authenticate(tenant: Tenant, signer: Signer, request: FastifyRequest): Promise<Caller> {
  const header = request.headers.authorization ?? ''
  if (!/^bearer /i.test(header) || header.slice(7).trim() === '') {
    throw unauthorized(tenant, 'Access token is empty.')
  }
  const claims = await signer.verify(header.slice(7).trim(), tenant.clock.now()).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ERR_JWT_EXPIRED')
      throw unauthorized(tenant, 'Lifetime validation failed, the token is expired.')
    if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') {
      // A token of another cloud is first of all addressed to somebody else.
      const { aud } = decodeJwt(header.slice(7).trim())
      if (!isAudience(tenant, aud) && tenant.world.some((other) => isAudience(other, aud)))
        throw unauthorized(tenant, 'Access token validation failure. Invalid audience.')
      throw unauthorized(tenant, 'Access token validation failure. Invalid signature.')
    }
    throw unauthorized(
      tenant,
      'IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format.',
    )
  })
  if (!isAudience(tenant, claims.aud)) {
    throw unauthorized(tenant, 'Access token validation failure. Invalid audience.')
  }
  const user = claims['idtyp'] === 'user'
  return {
    kind: user ? 'user' : 'app',
    appId: String(claims['appid']),
    tenantId: String(claims['tid']),
    objectId: String(claims['oid']),
    roles: words(claims['roles']),
    scopes: words(claims['scp']),
    ...(user ? { userId: String(claims['oid']) } : {}),
  }
}
