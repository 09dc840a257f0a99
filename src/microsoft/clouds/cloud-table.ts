import type { Cloud } from './cloud.ts'

/**
 * Microsoft's own command line client. It is a public client that Microsoft has pre-authorized for the Graph rights that
 * creating an application needs, in every cloud, so an administrator meets no further consent question. Its only
 * redirect is http://localhost, any port. Source: observed sign-ins and published tools, May 2026.
 */
const azureCommandLine = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

/** Said of every cloud but the global one, and of one that configuration adds without saying otherwise. */
export const noCredentialProcess = {
  available: false,
  reason:
    'Only Global Azure supports the Automatic Credential Process. Use the Device Code Process or the Manual Process.',
} as const

/** The printed guide has both under this name. */
const government = 'Azure (US Government GCC High & DOD)'

/**
 * The clouds as shipped; a row is all that a cloud needs. Host names: Microsoft Graph "National cloud deployments" and MSAL's own host table,
 * August 2026. Sub-scopes of regions: observed discovery documents. Environments: `az cloud list` and Get-MgEnvironment.
 */
export const cloudTable: readonly Cloud[] = [
  {
    id: 'global',
    name: 'Global Azure',
    description: 'Microsoft 365 worldwide. Organizations of the US Government GCC belong here, too.',
    loginAuthority: 'https://login.microsoftonline.com',
    loginAliases: ['https://login.windows.net', 'https://login.microsoft.com', 'https://sts.windows.net'],
    graphRoot: 'https://graph.microsoft.com',
    regionSubScopes: ['GCC'],
    methods: {
      credential: { available: true },
      'device-code': { available: true },
      manual: { available: true },
    },
    signInClientId: azureCommandLine,
    portal: {
      azure: 'https://portal.azure.com',
      entra: 'https://entra.microsoft.com',
      admin: 'https://admin.microsoft.com',
    },
    scripts: { azureCli: 'AzureCloud', graphPowerShell: 'Global', graphPowerShellNeedsClient: false },
  },
  {
    id: 'usgov',
    name: 'Azure US Government (GCC High)',
    group: government,
    description: 'US Government GCC High (L4).',
    loginAuthority: 'https://login.microsoftonline.us',
    loginAliases: ['https://login.usgovcloudapi.net'],
    graphRoot: 'https://graph.microsoft.us',
    regionSubScopes: ['DODCON'],
    methods: {
      credential: noCredentialProcess,
      'device-code': { available: true },
      manual: { available: true },
    },
    signInClientId: azureCommandLine,
    portal: {
      azure: 'https://portal.azure.us',
      entra: 'https://entra.microsoft.us',
      admin: 'https://portal.office365.us/adminportal',
    },
    scripts: {
      azureCli: 'AzureUSGovernment',
      graphPowerShell: 'USGov',
      graphPowerShellNeedsClient: false,
    },
  },
  {
    id: 'usdod',
    name: 'Azure US Government (DoD)',
    group: government,
    description:
      'US Department of Defense (L5). Signs in at the same host as GCC High, with a Graph of its own.',
    loginAuthority: 'https://login.microsoftonline.us',
    loginAliases: ['https://login.usgovcloudapi.net'],
    graphRoot: 'https://dod-graph.microsoft.us',
    regionSubScopes: ['DOD', 'USG'],
    methods: {
      credential: noCredentialProcess,
      'device-code': { available: true },
      manual: { available: true },
    },
    signInClientId: azureCommandLine,
    portal: {
      azure: 'https://portal.azure.us',
      entra: 'https://entra.microsoft.us',
      admin: 'https://portal.apps.mil/adminportal',
    },
    scripts: {
      azureCli: 'AzureUSGovernment',
      graphPowerShell: 'USGovDoD',
      graphPowerShellNeedsClient: false,
    },
  },
  {
    id: 'china',
    name: 'Azure China',
    description: 'Microsoft 365 operated by 21Vianet.',
    loginAuthority: 'https://login.chinacloudapi.cn',
    loginAliases: ['https://login.partner.microsoftonline.cn'],
    graphRoot: 'https://microsoftgraph.chinacloudapi.cn',
    regionSubScopes: [],
    methods: {
      credential: noCredentialProcess,
      'device-code': { available: true },
      manual: { available: true },
    },
    signInClientId: azureCommandLine,
    portal: {
      azure: 'https://portal.azure.cn',
      entra: 'https://entra.microsoftonline.cn',
      admin: 'https://portal.partner.microsoftonline.cn/adminportal',
    },
    scripts: { azureCli: 'AzureChinaCloud', graphPowerShell: 'China', graphPowerShellNeedsClient: true },
  },
]
