/** The OpenID discovery document. A person's pages are named on plain http, everything else on https. */
import type { FastifyInstance } from 'fastify'
import { isGovernment, issuerOf, type Tenant, visitorAtHome } from '../tenant/index.ts'
import type { Signer } from './keys.ts'
import { readAuthority } from './tenancy.ts'

/**
 * The tenant whose document is asked for. The clouds of the US Government share a sign-in service, and the public one knows
 * their tenants too: that is how a client tells them apart by `tenant_region_sub_scope`.
 */
function describedTenant(asked: Tenant, segment: string): Tenant {
  const name = segment.toLowerCase()
  const other = asked.world.find((one) => one.id === name || one.domains.includes(name))
  if (other === undefined || !isGovernment(other.cloud.name) || asked.cloud.name === 'china') return asked
  return other
}

function document(asked: Tenant, segment: string): unknown {
  const tenant = describedTenant(asked, segment)
  const { cloud } = tenant
  const { login, pages, graph } = tenant.endpoints
  const home = visitorAtHome(tenant.directory, segment)?.home.id
  const known = home !== undefined || readAuthority(tenant, segment) === 'tenant'
  const id = home ?? tenant.id
  const base = `${login}/${known ? id : segment}`
  const graphHost = new URL(graph).host
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${issuerOf(tenant)}/${known ? id : '{tenantid}'}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${graph}/oidc/userinfo`,
    authorization_endpoint: `${pages}/${known ? id : segment}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${pages}/${known ? id : segment}/oauth2/v2.0/logout`,
    claims_supported: [
      'sub',
      'iss',
      'cloud_instance_name',
      'cloud_instance_host_name',
      'cloud_graph_host_name',
      'msgraph_host',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'acr',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'ver',
      'at_hash',
      'c_hash',
      'email',
    ],
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: known ? cloud.regionScope : null,
    ...(known && cloud.regionSubScope !== undefined ? { tenant_region_sub_scope: cloud.regionSubScope } : {}),
    cloud_instance_name: cloud.cloudInstanceName,
    cloud_graph_host_name: cloud.cloudGraphHostName,
    msgraph_host: graphHost,
    rbac_url: cloud.rbacUrl,
  }
}

export function registerDiscovery(app: FastifyInstance, tenant: Tenant, signer: Signer): void {
  for (const version of ['/v2.0', '']) {
    app.get<{ Params: { tenant: string } }>(
      `/:tenant${version}/.well-known/openid-configuration`,
      async (request, reply) => {
        const body = document(tenant, request.params.tenant)
        return reply.headers({ 'cache-control': 'max-age=86400, private' }).send(body)
      },
    )
  }
  app.get<{ Params: { tenant: string } }>('/:tenant/discovery/v2.0/keys', async (request) => {
    readAuthority(tenant, request.params.tenant)
    return signer.jwks
  })
  // MSAL asks this for authorities that it does not know.
  app.get('/common/discovery/instance', async () => ({
    tenant_discovery_endpoint: `${tenant.endpoints.login}/${tenant.id}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: new URL(tenant.endpoints.login).host,
        preferred_cache: new URL(tenant.endpoints.login).host,
        aliases: [new URL(tenant.endpoints.login).host],
      },
    ],
  }))
}
