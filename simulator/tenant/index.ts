/**
 * The state of a simulated tenant, one per cloud: its people, applications, time and randomness. Everything lives in memory.
 */
import type { SimulatorOptions } from '../options.ts'
import { type AppPolicies, createAppPolicies } from './app-policies.ts'
import { createClock, type MovableClock } from './clock.ts'
import { type Cloud, type CloudName, cloudSeed, clouds, tenantIdOf } from './clouds.ts'
import { createDirectory, type Directory } from './directory.ts'
import type { ExchangeAccess } from './exchange-access.ts'
import { createGroups, type Group } from './groups.ts'
import { seededRandom } from './random.ts'
import { addReadyApplication, createResources, type ReadyApplication } from './resources.ts'
import { createUsers, type User } from './users.ts'

export { type AppPolicy, readAppPolicy, readDuration, restrictionFor } from './app-policies.ts'
export type { MovableClock } from './clock.ts'
export { type Cloud, type CloudName, cloudNames, homeOf, isGovernment } from './clouds.ts'
export {
  type Application,
  type AppRoleAssignment,
  consented,
  type Directory,
  grantedRoles,
  type KeyCredential,
  liveApplications,
  newApplication,
  type PasswordCredential,
  type ResourceAccess,
  recordConsent,
  removeServicePrincipal,
  type ServicePrincipal,
  visible,
} from './directory.ts'
export { isShutOut, rbacPermissions } from './exchange-access.ts'
export { type Group, transitiveUsers } from './groups.ts'
export { seededGuid } from './random.ts'
export { exchangeAppId, graphAppId, type ReadyApplication, sharePointAppId } from './resources.ts'
export { type DirectoryRole, directoryRoles } from './roles.ts'
export { type Domains, generatedUser, type MailboxKind, type SignInOutcome, type User } from './users.ts'
export {
  addVisitingApplication,
  admitVisitor,
  signInApplications,
  type VisitingApplication,
  type VisitingRegistration,
  visitorAtHome,
} from './visiting-applications.ts'

/** Origins, without a slash at the end; empty until the servers listen. */
export type Endpoints = { login: string; graph: string; pages: string; content: string }

/** Rules of the tenant that tests change while it runs. */
export type Policies = {
  /** May ordinary members register applications (Entra's default: yes). */
  usersMayRegisterApplications: boolean
  /** Application management policy: secrets and keys, and their longest life in days. */
  passwordsAllowed: boolean
  passwordMaximumDays: number | undefined
  certificateMaximumDays: number | undefined
  /** The extra page of multi-factor sign-in ends in AADSTS50076 instead of going on. */
  multiFactorFails: boolean
  /** Life of a device code and pause between two polls, seconds. */
  deviceCodeSeconds: number
  deviceCodeInterval: number
  /** Conditional Access blocks every sign-in by device code (53003). */
  deviceCodeFlowBlocked: boolean
  /** What an administrator's 'Cancel' on the consent page tells the application: as documented, or as measured. */
  adminConsentCancel: 'documented' | 'measured'
  /** After the first answer about an object so many lookups meet a replica that does not know it (404). */
  staleReplicaReads: number
  /** After the first sign-in with a new key or secret so many with it meet a part of Entra that does not know it. */
  staleSignIns: number
  /** So long every second answer about what is new, lookup or sign-in, comes from a part that does not know it, seconds. */
  staleSeconds: number
  /** Applications must name their `serviceManagementReference` when they are made. */
  serviceManagementReferenceRequired: boolean
}

/** What spreads on its own: objects that are read, credentials that sign in, grants that tokens carry. */
export const lagKinds = ['application', 'servicePrincipal', 'password', 'key', 'assignment'] as const
export type LagKind = (typeof lagKinds)[number]

export type Tenant = {
  readonly id: string
  readonly cloud: Cloud
  /** The seed of the whole start; the tenant's own is in `options`. */
  readonly baseSeed: number
  /** All tenants of the start, this one included. */
  readonly world: readonly Tenant[]
  readonly displayName: string
  readonly domains: readonly string[]
  readonly initialDomain: string
  users: User[]
  groups: Group[]
  /** Users removed since the start, for delta. */
  removedUsers: { id: string; version: number }[]
  /** Grows with each change of a user. */
  userVersion: number
  /** Delta tokens of users older than this version are refused with 410. */
  oldestUserVersion: number
  readonly directory: Directory
  readonly clock: MovableClock
  readonly options: SimulatorOptions
  /** Replication delay in force, seconds. */
  lagSeconds: number
  /** Delays of single kinds of objects that differ from it, seconds. */
  readonly lags: Partial<Record<LagKind, number>>
  readonly policies: Policies
  readonly appPolicies: AppPolicies
  readonly exchangeAccess: ExchangeAccess
  /** Answered lookups by object, for replicas that lag behind. */
  readonly lookups: WeakMap<object, number>
  /** When each object was answered first, milliseconds of the tenant's clock. */
  readonly firstAnswers: WeakMap<object, number>
  readonly endpoints: Endpoints
  readonly readyApplication: ReadyApplication | undefined
  /** Repeatable numbers from 0 to 1, one series per label. */
  random(seedLabel: string): () => number
}

/** Origin of the issuer of tokens. */
export function issuerOf(tenant: Tenant): string {
  return tenant.cloud.issuer ?? tenant.endpoints.login
}

/** Whether this lookup meets a replica that lags behind the one that answered before. Counts the lookup. */
export function meetsStaleReplica(tenant: Tenant, object: object): boolean {
  return isStale(tenant, object, tenant.policies.staleReplicaReads)
}

/** Whether this sign-in meets a part of Entra that has not heard of a new credential. Counts the sign-in. */
export function meetsStaleSignIn(tenant: Tenant, credential: { readonly usableAt: number }): boolean {
  const isNew = tenant.clock.now() - credential.usableAt < 600_000
  return isNew && isStale(tenant, credential, tenant.policies.staleSignIns)
}

function isStale(tenant: Tenant, object: object, stale: number): boolean {
  const { staleSeconds } = tenant.policies
  if (stale === 0 && staleSeconds === 0) return false
  const before = tenant.lookups.get(object) ?? 0
  tenant.lookups.set(object, before + 1)
  const now = tenant.clock.now()
  const first = tenant.firstAnswers.get(object) ?? now
  tenant.firstAnswers.set(object, first)
  const flickers = now - first < staleSeconds * 1000 && before % 2 === 1
  return flickers || (before >= 1 && before <= stale)
}

/** Milliseconds until what is made now is seen. */
export function lagOf(tenant: Tenant, kind: LagKind): number {
  return (tenant.lags[kind] ?? tenant.lagSeconds) * 1000
}

/** A fresh tenant of that cloud; the same options give the same people and ids. It adds itself to `world`. */
export function createTenant(start: SimulatorOptions, name: CloudName, world: Tenant[]): Tenant {
  const cloud = clouds[name]
  const options = { ...start, seed: cloudSeed(start.seed, name) }
  const id = tenantIdOf(start.seed, name)
  const directory = createDirectory()
  directory.servicePrincipals.push(...createResources(options.seed, cloud))
  const users = createUsers(options.seed, cloud, options.users)
  const tenant: Tenant = {
    id,
    cloud,
    baseSeed: start.seed,
    world,
    displayName: cloud.displayName,
    domains: [cloud.domain, cloud.initialDomain],
    initialDomain: cloud.initialDomain,
    users,
    groups: createGroups(options.seed, cloud.domain, users),
    removedUsers: [],
    userVersion: 1,
    oldestUserVersion: 0,
    directory,
    clock: createClock(),
    options,
    lagSeconds: options.lagSeconds,
    lags: {},
    appPolicies: createAppPolicies(),
    exchangeAccess: { rbac: [], policies: [] },
    lookups: new WeakMap(),
    firstAnswers: new WeakMap(),
    policies: {
      usersMayRegisterApplications: true,
      passwordsAllowed: true,
      passwordMaximumDays: undefined,
      certificateMaximumDays: undefined,
      multiFactorFails: false,
      deviceCodeSeconds: 900,
      deviceCodeInterval: 5,
      deviceCodeFlowBlocked: false,
      adminConsentCancel: 'documented',
      staleReplicaReads: 0,
      staleSignIns: 0,
      staleSeconds: 0,
      serviceManagementReferenceRequired: false,
    },
    endpoints: { login: '', graph: '', pages: '', content: '' },
    readyApplication: options.withApp ? addReadyApplication(directory, id, options.seed) : undefined,
    random: (label) => seededRandom(options.seed, label),
  }
  world.push(tenant)
  return tenant
}
