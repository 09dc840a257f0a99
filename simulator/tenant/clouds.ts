/**
 * The four national clouds: names of their hosts as resources, what discovery says of them, and what they lack. (Microsoft
 * documentation and schemas, August to November 2026; strings that only third parties report are marked.)
 */
import { seededGuid } from './random.ts'

export const cloudNames = ['global', 'usgov', 'usdod', 'china'] as const
export type CloudName = (typeof cloudNames)[number]

export type Cloud = {
  readonly name: CloudName
  /** Graph's, Exchange's and SharePoint's names as resources of a scope. */
  readonly graphName: string
  readonly exchangeName: string
  readonly sharePointName: string
  readonly domain: string
  readonly initialDomain: string
  readonly displayName: string
  readonly countryCode: string
  /** Where people type a device's code, a path of the pages. */
  readonly devicePath: string
  /** Origin of token issuers where it is not the login host itself. */
  readonly issuer: string | undefined
  readonly regionScope: string
  readonly regionSubScope: string | undefined
  readonly cloudInstanceName: string
  readonly cloudGraphHostName: string
  readonly rbacUrl: string
  /** Beginnings of the names of roles and scopes that the resources do not offer here. */
  readonly missingPermissions: readonly string[]
  /** Graph paths below `/v1.0` that the cloud's schema does not declare, with the segment that is unknown. */
  readonly missingPaths: readonly (readonly [path: RegExp, segment: string])[]
}

const importExport: Cloud['missingPaths'] = [[/^\/admin\/exchange/, 'exchange']]
const notebooks: Cloud['missingPaths'] = [[/\/onenote(\/|$)/, 'onenote']]
const shifts: Cloud['missingPaths'] = [[/^\/teams\/[^/]+\/schedule(\/|$)/, 'schedule']]
const mailboxRoles = ['MailboxFolder.', 'MailboxItem.', 'MailboxConfigItem.']

const government = {
  graphName: 'https://graph.microsoft.us',
  exchangeName: 'https://outlook.office365.us',
  devicePath: '/deviceloginus',
  issuer: undefined,
  regionScope: 'USGov',
  countryCode: 'US',
  // Reported by third parties.
  cloudInstanceName: 'microsoftonline.us',
  cloudGraphHostName: 'graph.windows.net',
  rbacUrl: 'https://pasff.usgovcloudapi.net',
  missingPermissions: [...mailboxRoles, 'Schedule.', 'Notes.', 'Reports.', 'ReportSettings.'],
  missingPaths: [
    ...importExport,
    ...notebooks,
    ...shifts,
    [/\/attachments\/createUploadSession$/, 'createUploadSession'],
    [/^\/reports(\/|$)/, 'reports'],
  ],
} satisfies Partial<Cloud>

export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: {
    name: 'global',
    graphName: 'https://graph.microsoft.com',
    exchangeName: 'https://outlook.office365.com',
    sharePointName: 'https://harbourlights.sharepoint.com',
    domain: 'harbourlights.example',
    initialDomain: 'harbourlights.onmicrosoft.com',
    displayName: 'Harbour Lights',
    countryCode: 'NO',
    devicePath: '/devicelogin',
    issuer: undefined,
    regionScope: 'EU',
    regionSubScope: undefined,
    cloudInstanceName: 'microsoftonline.com',
    cloudGraphHostName: 'graph.windows.net',
    rbacUrl: 'https://pas.windows.net',
    missingPermissions: [],
    missingPaths: [],
  },
  usgov: {
    ...government,
    name: 'usgov',
    sharePointName: 'https://harbourlightsgov.sharepoint.us',
    domain: 'harbourlights-gov.example',
    initialDomain: 'harbourlightsgov.onmicrosoft.us',
    displayName: 'Harbour Lights Agency',
    regionSubScope: 'DODCON',
  },
  usdod: {
    ...government,
    name: 'usdod',
    graphName: 'https://dod-graph.microsoft.us',
    exchangeName: 'https://webmail.apps.mil',
    sharePointName: 'https://harbourlightsdod.sharepoint-mil.us',
    domain: 'harbourlights-dod.example',
    initialDomain: 'harbourlightsdod.onmicrosoft.us',
    displayName: 'Harbour Lights Command',
    regionSubScope: 'DOD',
  },
  china: {
    name: 'china',
    graphName: 'https://microsoftgraph.chinacloudapi.cn',
    exchangeName: 'https://partner.outlook.cn',
    sharePointName: 'https://harbourlights.sharepoint.cn',
    domain: 'harbourlights-china.example',
    initialDomain: 'harbourlights.partner.onmschina.cn',
    displayName: 'Harbour Lights Shanghai',
    countryCode: 'CN',
    devicePath: '/deviceloginchina',
    // The issuer is this host whichever of its aliases was called.
    issuer: 'https://login.partner.microsoftonline.cn',
    // No source names the region.
    regionScope: 'AS',
    regionSubScope: undefined,
    cloudInstanceName: 'partner.microsoftonline.cn',
    cloudGraphHostName: 'graph.chinacloudapi.cn',
    rbacUrl: 'https://pas.chinacloudapi.cn',
    missingPermissions: [...mailboxRoles, 'Schedule.', 'Notes.', 'Reports.', 'ReportSettings.', 'Tasks.'],
    missingPaths: [
      ...importExport,
      ...notebooks,
      ...shifts,
      [/\/(messages|mailFolders|contacts|contactFolders)\/delta(\(\))?$/, 'delta'],
      [/\/messageRules(\/|$)/, 'messageRules'],
      [/\/todo(\/|$)/, 'todo'],
      [/(^|\/)planner(\/|$)/, 'planner'],
      [/^\/reports(\/|$)/, 'reports'],
    ],
  },
}

/** The seed of a cloud's tenant: four tenants of one start are four different ones. */
export function cloudSeed(seed: number, name: CloudName): number {
  return seed + cloudNames.indexOf(name) * 1_000_003
}

export function tenantIdOf(seed: number, name: CloudName): string {
  return seededGuid(cloudSeed(seed, name), 'tenant')
}

export type Home = { readonly cloud: CloudName; readonly cloudInstanceName: string }

/** The cloud that a tenant or domain belongs to: those of this start, and the suffixes that only one cloud gives out. */
export function homeOf(baseSeed: number, idOrDomain: string): Home | undefined {
  const wanted = idOrDomain.toLowerCase()
  const found = cloudNames.find((name) => {
    const { domain, initialDomain } = clouds[name]
    return wanted === domain || wanted === initialDomain || wanted === tenantIdOf(baseSeed, name)
  })
  const bySuffix = wanted.endsWith('.onmicrosoft.us')
    ? 'usgov'
    : wanted.endsWith('.partner.onmschina.cn')
      ? 'china'
      : undefined
  const name = found ?? bySuffix
  return name === undefined ? undefined : { cloud: name, cloudInstanceName: clouds[name].cloudInstanceName }
}

export function isGovernment(name: CloudName): boolean {
  return name === 'usgov' || name === 'usdod'
}
