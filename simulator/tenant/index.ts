/**
 * The state of the one simulated tenant: its people, applications, time and randomness. Everything lives in memory.
 */
import type { SimulatorOptions } from '../options.ts'
import { createClock, type MovableClock } from './clock.ts'
import { createDirectory, type Directory } from './directory.ts'
import { seededGuid, seededRandom } from './random.ts'
import { addReadyApplication, createResources, type ReadyApplication } from './resources.ts'
import { createUsers, domain, initialDomain, type User } from './users.ts'

export type { MovableClock } from './clock.ts'
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
export { seededGuid } from './random.ts'
export { exchangeAppId, graphAppId, type ReadyApplication, sharePointAppId } from './resources.ts'
export { type DirectoryRole, directoryRoles } from './roles.ts'
export { generatedUser, type MailboxKind, type SignInOutcome, type User } from './users.ts'

/** Origins, without a slash at the end; empty until the servers listen. */
export type Endpoints = { login: string; graph: string; pages: string }

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
}

export type Tenant = {
  readonly id: string
  readonly displayName: string
  readonly domains: readonly string[]
  readonly initialDomain: string
  users: User[]
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
  readonly policies: Policies
  readonly endpoints: Endpoints
  readonly readyApplication: ReadyApplication | undefined
  /** Repeatable numbers from 0 to 1, one series per label. */
  random(seedLabel: string): () => number
}

/** A fresh tenant; the same options give the same people and ids. */
export function createTenant(options: SimulatorOptions): Tenant {
  const id = seededGuid(options.seed, 'tenant')
  const directory = createDirectory()
  directory.servicePrincipals.push(...createResources(options.seed))
  return {
    id,
    displayName: 'Harbour Lights',
    domains: [domain, initialDomain],
    initialDomain,
    users: createUsers(options.seed, options.users),
    removedUsers: [],
    userVersion: 1,
    oldestUserVersion: 0,
    directory,
    clock: createClock(),
    options,
    lagSeconds: options.lagSeconds,
    policies: {
      usersMayRegisterApplications: true,
      passwordsAllowed: true,
      passwordMaximumDays: undefined,
      certificateMaximumDays: undefined,
      multiFactorFails: false,
    },
    endpoints: { login: '', graph: '', pages: '' },
    readyApplication: options.withApp ? addReadyApplication(directory, id, options.seed) : undefined,
    random: (label) => seededRandom(options.seed, label),
  }
}
