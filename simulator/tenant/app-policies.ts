/**
 * Application management policies: what credentials applications may be given, for the tenant and for single applications
 * (which then follow their own policy alone). They judge what is added, never what is there. (Microsoft Graph v1.0,
 * `appManagementPolicy`, November 2026.)
 */
export type Restriction = {
  readonly restrictionType: string
  readonly state: 'enabled' | 'disabled'
  /** ISO 8601 duration; of lifetimes only. */
  readonly maxLifetime?: string | null
  readonly restrictForAppsCreatedAfterDateTime?: string | null
  /** Object ids of users and service principals whom the restriction does not concern. */
  readonly excludeActors?: readonly string[]
}

export type AppPolicy = {
  readonly isEnabled: boolean
  readonly passwordCredentials: readonly Restriction[]
  readonly keyCredentials: readonly Restriction[]
}

export type AppPolicies = {
  default: AppPolicy
  /** By client id. */
  readonly applications: Map<string, AppPolicy>
}

export function createAppPolicies(): AppPolicies {
  return {
    default: { isEnabled: false, passwordCredentials: [], keyCredentials: [] },
    applications: new Map(),
  }
}

const types = [
  'passwordAddition',
  'passwordLifetime',
  'customPasswordAddition',
  'symmetricKeyAddition',
  'symmetricKeyLifetime',
  'asymmetricKeyLifetime',
]
const duration = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** Milliseconds of an ISO 8601 duration; months have 30 and years 365 days. Throws an Error for anything else. */
export function readDuration(text: string): number {
  const found = duration.exec(text)
  if (found === null || /[PT]$/.test(text)) throw new Error(`"${text}" is no ISO 8601 duration`)
  const seconds = [31_536_000, 2_592_000, 604_800, 86_400, 3600, 60, 1]
  return seconds.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0) * 1000
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readRestrictions(value: unknown): Restriction[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new Error('Restrictions must be a list')
  return value.map((one: unknown) => {
    if (!isRecord(one) || !types.some((type) => type === one['restrictionType']))
      throw new Error(`"restrictionType" must be one of ${types.join(', ')}`)
    if (typeof one['maxLifetime'] === 'string') readDuration(one['maxLifetime'])
    return { state: 'enabled', ...one } as Restriction
  })
}

/** Checks a policy as JSON. Throws an Error that names what is wrong. */
export function readAppPolicy(value: unknown): AppPolicy {
  if (!isRecord(value)) throw new Error('A policy must be an object')
  return {
    isEnabled: value['isEnabled'] !== false,
    passwordCredentials: readRestrictions(value['passwordCredentials']),
    keyCredentials: readRestrictions(value['keyCredentials']),
  }
}

/** The restriction of that type in force for an application made at `created` and this actor; undefined when none is. */
export function restrictionFor(
  policies: AppPolicies,
  application: { readonly appId: string; readonly createdDateTime: string },
  actor: string,
  kind: 'passwordCredentials' | 'keyCredentials',
  type: string,
): Restriction | undefined {
  const policy = policies.applications.get(application.appId) ?? policies.default
  if (!policy.isEnabled) return undefined
  return policy[kind].find((one) => {
    const since = one.restrictForAppsCreatedAfterDateTime
    const concerned =
      typeof since !== 'string' || Date.parse(application.createdDateTime) >= Date.parse(since)
    const excluded = one.excludeActors?.includes(actor) === true
    return one.restrictionType === type && one.state === 'enabled' && concerned && !excluded
  })
}
