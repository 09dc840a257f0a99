/**
 * A tenant, a database and the onboarding service over both. Waiting moves the tenant's clock instead of passing, so that
 * replication takes its time without anybody waiting for it.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/start.ts'
import type { CloudName, Tenant } from '../../simulator/tenant/index.ts'
import type { AddMethod, CredentialKind, OnboardingView, TaskView } from '../../src/contract/index.ts'
import type { Database } from '../../src/database/index.ts'
import {
  type Cloud,
  createMicrosoftNetwork,
  createPacer,
  loadClouds,
  type MicrosoftNetwork,
} from '../../src/microsoft/index.ts'
import type { HttpExchange } from '../../src/microsoft/network/network.ts'
import {
  type AdministratorTasks,
  type CustomerLinks,
  createAdministratorTasks,
  createCustomerLinks,
  createOnboardings,
  createSignInClients,
  createSignInReturns,
  type Onboardings,
  type SignInClients,
  type SignInReturns,
} from '../../src/onboarding/index.ts'
import { createOrganizations, type MicrosoftSide, type Organizations } from '../../src/organizations/index.ts'
import { createSecretBox, type SecretBox } from '../../src/security/index.ts'
import { createSettings } from '../../src/security/settings.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { type Clock, silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Mortality, mortality } from '../mortality.ts'
import { type Answer, enterCode, type Landing, signIn } from './browser.ts'
import { cloudsOf } from './clouds.ts'

export interface Lab {
  readonly simulator: RunningSimulator
  readonly database: TestDatabase
  readonly clouds: Cloud[]
  readonly secrets: SecretBox
  readonly onboardings: Onboardings
  readonly tasks: AdministratorTasks
  readonly clients: SignInClients
  readonly customers: CustomerLinks
  readonly signInReturns: SignInReturns
  readonly organizations: Organizations
  readonly clock: Clock & { move(milliseconds: number): void }
  /** Every state of every onboarding that was announced. */
  readonly announced: OnboardingView[]
  /** Called with each announced state, before anything else happens. */
  onAnnounced: ((view: OnboardingView) => void) | undefined
  /** The same for administrators' tasks. */
  onTask: ((view: TaskView) => void) | undefined
  /** A request of which the answer is never seen: the server dies when it arrives. */
  diesAt: { method: string; path: RegExp; died: () => void } | undefined
  /** The database as this server sees it until it dies. */
  readonly db: Database
  /** When this server dies. */
  readonly death: Mortality
  /** Changes a request before it is sent: its time limit, for one that nobody answers. */
  alter: ((exchange: HttpExchange, cloud: Cloud) => HttpExchange) | undefined
  /** Set: waits of the server, those of at least `from` milliseconds, last until it resolves, so that nothing happens but what the test asks for. */
  held: { readonly released: Promise<void>; readonly from: number } | undefined
  persona(role: string, cloud?: CloudName): { upn: string; password: string }
  tenant(cloud?: CloudName): Tenant
  /** The server dies and another one starts on the same database. */
  restart(): Promise<Lab>
  stop(): Promise<void>
}

export const operatorId = randomUUID()
export const sessionId = randomUUID()
export const graphAppId = '00000003-0000-0000-c000-000000000000'

/** @param moreClouds rows of the file of clouds besides those of the simulator */
export async function openLab(
  options: Partial<SimulatorOptions> = {},
  moreClouds: Record<string, unknown> = {},
): Promise<Lab> {
  const simulator = await startSimulator({ users: 3, mails: 6, ...options })
  const database = await createTestDatabase()
  const secrets = createSecretBox(randomBytes(32))
  return serve(simulator, database, secrets, loadClouds({ ...cloudsOf(simulator), ...moreClouds }))
}

function serve(
  simulator: RunningSimulator,
  database: TestDatabase,
  secrets: SecretBox,
  clouds: Cloud[],
): Lab {
  const { tenant } = simulator
  const move = (milliseconds: number) => {
    for (const one of simulator.clouds.values()) one.tenant.clock.advance(milliseconds / 1000)
  }
  const death = mortality()
  const clock = death.clock({
    now: () => tenant.clock.now(),
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted()
      if (lab.held && milliseconds >= lab.held.from) await Promise.race([lab.held.released, aborted(signal)])
      await new Promise((resolve) => setTimeout(resolve, 5))
      signal?.throwIfAborted()
      move(milliseconds)
    },
    move,
  })
  const open = death.network(
    createMicrosoftNetwork({ clouds, logger: silentLogger, userAgent: 'BDRCloudServer/test' }),
  )
  const db = death.database(database.db)
  const network: MicrosoftNetwork = {
    close: () => open.close(),
    exchange: async (cloud, exchange) => {
      const answer = await open.exchange(cloud, lab.alter?.(exchange, cloud) ?? exchange)
      const { diesAt } = lab
      if (!diesAt || diesAt.method !== exchange.method || !diesAt.path.test(exchange.url)) return answer
      lab.diesAt = undefined
      void onboardings.close()
      void tasks.close()
      diesAt.died()
      throw new Error('the server died')
    },
  }
  const microsoft: MicrosoftSide = {
    clouds,
    network,
    pacer: createPacer({ clock }),
    clock,
    logger: silentLogger,
  }
  const events = createEventBus({ logger: silentLogger })
  const announced: OnboardingView[] = []
  events.subscribe((event) => {
    if (event.topic === 'administrator-task') lab.onTask?.(event.view)
    if (event.topic !== 'onboarding') return
    announced.push(event.view)
    lab.onAnnounced?.(event.view)
  })
  const organizations = createOrganizations({
    db,
    secrets,
    microsoft,
    events,
    backups: { summary: async () => ({ mailboxes: 0, items: 0, lastRun: null }) },
  })
  const clients = createSignInClients({
    db: database.db,
    secrets,
    settings: createSettings({ db: database.db, clock, secrets }),
    microsoft,
    instanceName: 'test server',
    allowedHosts: ['backup.example'],
  })
  const administered = {
    db,
    secrets,
    microsoft,
    organizations,
    events,
    instanceName: 'test server',
    consoleOrigin: () => 'http://localhost:18600',
    clients,
  }
  const onboardings = createOnboardings(administered)
  const tasks = createAdministratorTasks(administered)
  const customers = createCustomerLinks({ db: database.db, microsoft, clients, onboardings })
  const signInReturns = createSignInReturns({ db, secrets, clock, onboardings, tasks })
  const end = async () => {
    await Promise.all([onboardings.close(), tasks.close(), organizations.rotations.close()])
    await network.close()
  }
  const lab: Lab = {
    simulator,
    database,
    clouds,
    secrets,
    onboardings,
    tasks,
    clients,
    customers,
    signInReturns,
    organizations,
    clock,
    db,
    death,
    announced,
    onAnnounced: undefined,
    onTask: undefined,
    diesAt: undefined,
    alter: undefined,
    held: undefined,
    persona: (role, cloud = 'global') => {
      const found = simulator.ready.clouds[cloud as CloudName]?.personas.find(
        (persona) => persona.role === role,
      )
      if (!found) throw new Error(`no persona ${role}`)
      return found
    },
    tenant: (cloud = 'global') => {
      const found = simulator.clouds.get(cloud)
      if (!found) throw new Error(`the cloud ${cloud} was not started`)
      return found.tenant
    },
    restart: async () => {
      await end()
      const next = serve(simulator, database, secrets, clouds)
      await Promise.all([next.onboardings.recover(), next.tasks.recover()])
      await next.organizations.rotations.resume()
      return next
    },
    stop: async () => {
      await end()
      await simulator.stop()
      await database.drop()
    },
  }
  return lab
}

export function start(
  lab: Lab,
  {
    credentialKind = 'password',
    restoreRights = true,
    method = 'credential',
    cloud = 'global',
  }: {
    credentialKind?: CredentialKind
    restoreRights?: boolean
    method?: AddMethod
    cloud?: string
  } = {},
): Promise<OnboardingView> {
  return lab.onboardings.start(
    { method, cloud, workloads: ['mail'], restoreRights, credentialKind },
    operatorId,
  )
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Keeps the server's waits from ending, those of at least `from` milliseconds; the returned function lets them go. */
export function hold(lab: Lab, from = 0): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  lab.held = { released: promise, from }
  return () => {
    lab.held = undefined
    resolve()
  }
}

/** Asks for a code, lets that person enter it and answer, and makes the server look at once. */
export async function enterCodeAs(
  lab: Lab,
  id: string,
  role: string,
  answer: Answer = 'continue',
  heldFrom = 0,
): Promise<OnboardingView> {
  const release = hold(lab, heldFrom)
  try {
    const { deviceCode, cloud } = await lab.onboardings.deviceCode(id)
    if (!deviceCode) throw new Error('no code is shown')
    await enterCode(deviceCode, lab.persona(role, cloud as CloudName), answer)
    return await lab.onboardings.checkDeviceCode(id)
  } finally {
    release()
  }
}

/** The browser's whole way: to Microsoft as that person, and back to the console. */
export async function signInAs(lab: Lab, id: string, role: string): Promise<OnboardingView> {
  const { authorizationUrl } = await lab.onboardings.signIn(id, sessionId, {})
  return comeBack(lab, await signIn(authorizationUrl, lab.persona(role)))
}

export async function comeBack(lab: Lab, landing: Landing): Promise<OnboardingView> {
  if (landing.kind !== 'returned') throw new Error('the browser stayed at Microsoft')
  const { query } = landing
  return lab.onboardings.completeSignIn(
    {
      state: query.get('state') ?? '',
      code: query.get('code') ?? undefined,
      error: query.get('error') ?? undefined,
      errorDescription: query.get('error_description') ?? undefined,
    },
    sessionId,
  )
}

/** Said while an ended onboarding still takes back what it made. */
const removing = /^Removing what was created/

/** Waits until the onboarding is in one of the states, and in an ended one until everything is taken back. */
export async function until(
  lab: Lab,
  id: string,
  ...states: OnboardingView['state'][]
): Promise<OnboardingView> {
  for (let tries = 0; tries < 2000; tries++) {
    const view = await lab.onboardings.get(id)
    if (states.includes(view.state) && !removing.test(view.notice ?? '')) return view
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`still ${(await lab.onboardings.get(id)).state}, expected ${states.join(' or ')}`)
}

/** From nothing to `completing`. */
export async function createdApplication(
  lab: Lab,
  options: Parameters<typeof start>[1] = {},
): Promise<OnboardingView> {
  const { id } = await start(lab, options)
  await signInAs(lab, id, 'Global Administrator')
  await lab.onboardings.grant(id)
  return until(lab, id, 'completing', 'failed', 'signing-in')
}

/** Applications that onboardings left in the tenant, deleted ones included. */
export function applications(lab: Lab, cloud?: CloudName) {
  return lab
    .tenant(cloud)
    .directory.applications.filter(({ uniqueName }) => uniqueName?.startsWith('bdrcloud-'))
}

/** Values of the Graph permissions granted to an application, sorted. */
export function grantedRoles(lab: Lab, appId: string, cloud?: CloudName): string[] {
  const { directory } = lab.tenant(cloud)
  const principal = directory.servicePrincipals.find((one) => one.appId === appId)
  const graph = directory.servicePrincipals.find((one) => one.appId === graphAppId)
  return directory.assignments
    .filter(({ principalId }) => principalId === principal?.id)
    .map(({ appRoleId }) => graph?.appRoles.find(({ id }) => id === appRoleId)?.value ?? appRoleId)
    .sort()
}
