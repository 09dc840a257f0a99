/** Who may ask for tokens: the tenant's own applications and Microsoft's public clients. */
import { type ServicePrincipal, signInApplications, type Tenant, visible } from '../tenant/index.ts'
import { EntraError } from './errors.ts'

/** Graph scopes that Microsoft pre-authorized for its command-line clients (measured by third parties, May 2026). */
const commandLineScopes = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'AuditLog.Read.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.AccessAsUser.All',
  'Group.ReadWrite.All',
  'User.Read.All',
  'User.ReadWrite.All',
]

export type Client = {
  readonly appId: string
  readonly displayName: string
  readonly redirectUris: readonly string[]
  /** Redirect addresses whose redemption needs a credential. */
  readonly confidentialRedirectUris: readonly string[]
  /** Fixed set of a pre-authorized client; undefined when people consent. */
  readonly preAuthorized: readonly string[] | undefined
  readonly multiTenant: boolean
  /** May sign people in without a credential of its own. */
  readonly publicClient: boolean
  /** Microsoft's own, without an object in the tenant. */
  readonly firstParty: boolean
}

const graphTools = '14d82eec-204b-4c2f-b7e8-296a70dab67e'

const firstParty: readonly Client[] = [
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'Microsoft Azure CLI', commandLineScopes] as const,
  ['1950a258-227b-4e31-a9cf-717495945fc2', 'Microsoft Azure PowerShell', commandLineScopes] as const,
  [graphTools, 'Microsoft Graph Command Line Tools', undefined] as const,
].map(([appId, displayName, preAuthorized]) => ({
  appId,
  displayName,
  redirectUris: ['http://localhost'],
  confidentialRedirectUris: [],
  preAuthorized,
  multiTenant: true,
  publicClient: true,
  firstParty: true,
}))

/** The client of that id as the sign-in service sees it now. Throws 700016. */
export function findClient(tenant: Tenant, clientId: string): Client {
  const id = clientId.toLowerCase()
  // The Graph command line tools are not there in China.
  const absent = tenant.cloud.name === 'china' && id === graphTools
  const known = absent ? undefined : firstParty.find((client) => client.appId === id)
  if (known !== undefined) return known
  const application = visible(signInApplications(tenant.directory), tenant.clock.now()).find(
    (one) => one.appId === id,
  )
  if (application === undefined) {
    throw new EntraError(
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${tenant.displayName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    )
  }
  const { web, publicClient, spa } = application.redirectUris
  return {
    appId: application.appId,
    displayName: application.displayName,
    redirectUris: [...web, ...publicClient, ...spa],
    confidentialRedirectUris: web,
    preAuthorized: undefined,
    multiTenant: application.signInAudience !== 'AzureADMyOrg',
    publicClient: application.isFallbackPublicClient,
    firstParty: false,
  }
}

/** The client's service principal. Throws 7000229 when there is none (yet) and 7000112 when it is disabled. */
export function findPrincipal(tenant: Tenant, client: Client): ServicePrincipal {
  const principal = visible(tenant.directory.servicePrincipals, tenant.clock.now()).find(
    (one) => one.appId === client.appId,
  )
  if (principal === undefined) {
    throw new EntraError(
      7000229,
      `The client application ${client.appId} is missing service principal in the tenant ${tenant.id}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119`,
    )
  }
  if (!principal.accountEnabled) {
    throw new EntraError(7000112, `Application '${client.appId}'(${client.displayName}) is disabled.`)
  }
  return principal
}

function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1')
}

function matches(registered: string, asked: string): boolean {
  if (registered === asked) return true
  if (!URL.canParse(registered) || !URL.canParse(asked)) return false
  const left = new URL(registered)
  const right = new URL(asked)
  if (right.username !== '' || right.password !== '' || right.hash !== '') return false
  const samePort = left.port === right.port || (isLoopback(left) && isLoopback(right))
  return (
    left.protocol === right.protocol &&
    left.hostname === right.hostname &&
    samePort &&
    left.pathname === right.pathname &&
    left.search === right.search
  )
}

/** The registered address that allows `redirectUri`. Loopback addresses match on any port, paths exactly. Throws 50011. */
export function matchRedirect(client: Client, redirectUri: string): string {
  const registered = client.redirectUris.find((one) => matches(one, redirectUri))
  if (registered === undefined) {
    throw new EntraError(
      50011,
      `The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${client.appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this issue.`,
    )
  }
  return registered
}
