/**
 * What has to be tested of adding and managing organizations: the rows of the method table, the states and the dialogs, for each
 * way of adding and in each cloud where it exists. Tests say with `covers` (test/covers.ts) which of it they cover.
 */
export const cloudIds = ['global', 'usgov', 'usdod', 'china'] as const
export type CoveredCloud = (typeof cloudIds)[number]

interface Section {
  readonly title: string
  /** Clouds in which every row has to be covered. */
  readonly clouds: readonly CoveredCloud[]
  /** Rows by their name in `covers`, with what stands in the table. */
  readonly rows: Readonly<Record<string, string>>
  /** Rows that exist in other clouds than those of the section. */
  readonly elsewhere?: Readonly<Record<string, readonly CoveredCloud[]>>
}

const national = ['usgov', 'usdod', 'china'] as const

const ends = {
  completing: 'state `completing`',
  verifying: 'state `verifying`',
  saved: 'state `saved`: the organization is listed and its access works',
  failed: 'state `failed`: said why, nothing left unlisted',
  cancelled: 'state `cancelled`: nothing left unlisted',
  expired: 'state `expired`: an hour without progress, what is left is listed',
  killed: 'the server is killed in the middle and started again',
}

const signedIn = {
  started: 'state `started`',
  'need-admin-approval': 'state `need-admin-approval`',
  'awaiting-grant': 'state `awaiting-grant`',
  creating: 'state `creating`',
  ...ends,
  'role-missing': "dialog 'Need Admin Approval': the account may not grant",
  'grant-access': "dialog 'Grant Access'",
  'grant-cancelled': "'Cancel' on 'Grant Access'",
  'creation-in-progress': "dialog 'Application Creation is in Progress', with the reason of a wait",
  password: "'Application Password', shown once",
  certificate: "'Application Certificate (SSL)'",
  'password-forbidden': 'a policy forbids passwords',
  'lifetime-limited': 'a policy limits the life of the credential',
  'least-privilege':
    'exactly the permissions of what was chosen are granted, with and without restore rights',
  'not-available':
    "a permission that the organization does not offer: 'not available here', the rest goes on",
  'other-tenant': 'an account of another organization than the one begun with',
  guest: 'a guest account',
  'personal-account': 'a personal Microsoft account',
  'tenant-exists': 'the organization is listed already',
  'two-operators': 'two operators add it at once',
  'foreign-application': 'an application under our name with a credential of somebody else',
  'fault-walk': 'every request fails once in every way',
}

export const situations = {
  credential: {
    title: 'Automatic Credential Process',
    clouds: ['global'],
    rows: {
      offered: 'offered by the list of clouds and methods',
      refused: 'refused, with the reason in the list of clouds and methods',
      ...signedIn,
      'signing-in': 'state `signing-in`',
      'sign-in-refused': 'Microsoft ends the sign-in without a reason',
    },
    elsewhere: { refused: national },
  },
  'device-code': {
    title: 'Device Code Process',
    clouds: cloudIds,
    rows: {
      offered: 'offered by the list of clouds and methods',
      ...signedIn,
      'code-shown': 'state `code-shown`: code, address, remaining lifetime',
      'new-code': "'New code'",
      'completed-box': 'the box that makes the server check at once',
      'code-declined': 'the sign-in is declined',
      'code-expired': 'the code expires',
      'code-blocked': 'a policy blocks device codes (53003)',
    },
  },
  manual: {
    title: 'Manual Process',
    clouds: cloudIds,
    rows: {
      offered: 'offered by the list of clouds and methods',
      started: 'state `started`',
      ...ends,
      instructions: 'numbered registration with the portal of the cloud and the exact permissions',
      'powershell-script': 'script for PowerShell (its form is read; it is not run)',
      'azure-cli-script': 'script for the Azure CLI, run against a stand-in for `az`',
      'tenant-by-domain': 'a domain as tenant, resolved and shown',
      password: "'Application Password' typed in",
      'certificate-made-here': 'certificate made here, its public part to upload',
      'certificate-pfx': 'certificate as PFX and passphrase',
      'certificate-pem': 'certificate and key as PEM',
      'credential-refused': 'a credential that Microsoft refuses is not saved',
      'permission-missing': 'a permission is missing',
      'least-privilege': 'instructions and scripts name exactly the permissions of what was chosen',
      'exchange-scoped': 'RBAC for Applications of Exchange: no role in the token, access by scope',
      'tenant-exists': 'the organization is listed already',
      'fault-walk': 'every request fails once in every way',
    },
  },
  management: {
    title: 'Management',
    clouds: ['global'],
    rows: {
      list: 'list with health grid and expiry',
      edit: 'edit: what may change, and what needs the password again',
      verify: "'Verify now'",
      'nightly-verification': 'nightly verification with drift report',
      'rotate-certificate': "'Rotate credential' of a certificate, by proof of possession",
      'rotate-automatically': 'rotation by itself before the end of a certificate',
      'replace-password': 'guided replacement of a password',
      'replace-certificate': 'guided replacement by a certificate that is made here or brought along',
      'upgrade-to-certificate': "'Upgrade to certificate'",
      'credential-expired': 'a credential that expired while the server was off is repaired by one sign-in',
      'add-workloads': "'Add workloads'",
      'grant-restore-rights': "'Grant restore rights'",
      'revoke-restore-rights': "'Revoke restore rights'",
      remove: "'Remove organization', with what is left in the tenant",
      'remove-application': "'Remove organization' together with the application in the tenant",
      'remove-backups': 'removal of the backups after 7 days, undone until then',
      'add-again': 'a removed organization that is added again finds its backups',
    },
  },
  'own-application': {
    title: "Sign-in through the operator's own application",
    clouds: ['global'],
    rows: {
      settings: 'settings page with the guided registration',
      'client-secret': 'with a secret',
      'client-certificate': 'with a certificate',
      'remote-console': 'from a console on another host',
      'admin-consent': "admin-consent link of 'Need Admin Approval'",
    },
  },
  'customer-link': {
    title: 'Customer link',
    clouds: ['global'],
    rows: {
      created: 'made and handed out',
      opened: 'opened: a click is needed, who asks and for what is shown',
      completed: 'completed without an account of the console',
      expired: 'expired',
      used: 'used a second time',
      withdrawn: 'withdrawn by the operator',
    },
  },
} as const satisfies Readonly<Record<string, Section>>

export type CoveredSection = keyof typeof situations
export type SituationOf<S extends CoveredSection> = keyof (typeof situations)[S]['rows'] & string

/** Clouds in which a row has to be covered. */
export function requiredClouds(section: CoveredSection, row: string): readonly CoveredCloud[] {
  const { clouds, elsewhere }: Section = situations[section]
  return elsewhere?.[row] ?? clouds
}
