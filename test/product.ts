/**
 * The whole product for tests: the server as its own process on a folder of its own, and the simulated tenant beside it.
 * The server can be killed and started again on the same folder and port.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiSession, setUpOperator, waitFor } from '../scripts/demo/api.ts'
import { type ReadyChild, startReadyChild } from '../scripts/demo/child.ts'
import { signInByForms } from '../scripts/demo/sign-in-forms.ts'
import { root } from '../scripts/run.ts'
import type { SimulatorOptions } from '../simulator/options.ts'
import { type RunningSimulator, startSimulator } from '../simulator/start.ts'
import type { CloudName } from '../simulator/tenant/index.ts'
import type { OnboardingView, OrganizationView, RunView } from '../src/contract/index.ts'
import { createTestDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { cloudsOf } from './onboarding/clouds.ts'

interface ServerReady {
  readonly ready: true
  readonly address: string
  readonly setupLink: string | null
}

export const operator = { userName: 'tester', password: 'a long enough pass phrase' }

/** Server and tenant as a person finds them at the first start: nobody is set up yet. */
export interface FreshProduct {
  readonly folder: string
  readonly simulator: RunningSimulator
  /** Address of the console, the same after a restart. */
  readonly address: string
  /** What the server prints for its first operator. */
  readonly setupLink: string
  /** SIGKILL, as a power cut would. PostgreSQL stays behind as an orphan. */
  kill(): Promise<void>
  /** Sends the signals one after the other and waits for the end; the exit code, null after a kill. */
  end(...signals: NodeJS.Signals[]): Promise<number | null>
  /** Starts the server again after `kill` or `end`. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Product extends FreshProduct {
  /** The first operator, signed in. */
  readonly session: ApiSession
}

/** What stands between server and tenant: settings of the server, and whether its clouds name the tenant's authority. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>
  /**
   * Whether the server starts a PostgreSQL beneath its own folder, as it does for operators. For tests that kill it or look into
   * that folder; otherwise it gets a database of the tests' PostgreSQL, which saves a second of its start.
   */
  readonly ownPostgres?: boolean
  readonly authorityUnknown?: boolean
}

/** Starts both and creates the first operator. Stop it in an `after`. */
export async function startProduct(
  simulation: Partial<SimulatorOptions> = {},
  surroundings: (simulator: RunningSimulator, folder: string) => Promise<Surroundings> = async () => ({}),
): Promise<Product> {
  const product = await startFreshProduct(simulation, surroundings)
  try {
    const token = new URLSearchParams(new URL(product.setupLink).hash.slice(1)).get('token') ?? ''
    return { ...product, session: await setUpOperator(product.address, { token, ...operator }) }
  } catch (error) {
    await product.stop()
    throw error
  }
}

/** Starts both and touches nothing. Stop it in an `after`. */
export async function startFreshProduct(
  simulation: Partial<SimulatorOptions> = {},
  surroundings: (simulator: RunningSimulator, folder: string) => Promise<Surroundings> = async () => ({}),
): Promise<FreshProduct> {
  const folder = await mkdtemp(join(tmpdir(), 'bdrcloud-product-'))
  const simulator = await startSimulator(simulation)
  const {
    environment = {},
    authorityUnknown = false,
    ownPostgres = false,
  } = await surroundings(simulator, folder)
  const database = ownPostgres || environment['DATABASE_URL'] ? undefined : await createTestDatabase()
  const settings = { ...(database ? { DATABASE_URL: database.url } : {}), ...environment }
  const clouds = join(folder, 'clouds.json')
  const known = (name: string, value: unknown) =>
    authorityUnknown && name === 'certificateAuthorityFile' ? undefined : value
  await writeFile(clouds, JSON.stringify(cloudsOf(simulator), known))
  const port = await freePort()
  const start = () =>
    startReadyChild<ServerReady>(
      join(root, 'src/main.ts'),
      ['--json', '--port', String(port), '--data', join(folder, 'data'), '--clouds', clouds],
      { log: join(folder, 'server.log'), environment: settings },
    )
  let server: ReadyChild<ServerReady> | undefined
  const stop = async () => {
    await server?.stop()
    await database?.drop()
    await simulator.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    server = await start()
    const { address, setupLink } = server.ready
    if (setupLink === null) throw new Error('the server printed no setup link')
    return {
      folder,
      simulator,
      address,
      setupLink,
      kill: async () => {
        const child = server?.process
        const ended = new Promise((resolve) => child?.once('exit', resolve))
        child?.kill('SIGKILL')
        await ended
      },
      end: async (...signals) => {
        const child = server?.process
        const ended = new Promise<number | null>((resolve) => child?.once('exit', resolve))
        for (const signal of signals) {
          child?.kill(signal)
          // Two signals that are pending at once may be one.
          await new Promise((resolve) => setTimeout(resolve, 500))
        }
        return ended
      },
      restart: async () => {
        server = await start()
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

export const globalAdministrator = 'Global Administrator'

/** The account of a role. */
export function persona(
  product: FreshProduct,
  role: string,
  cloud: CloudName = 'global',
): { upn: string; password: string } {
  const found = product.simulator.ready.clouds[cloud]?.personas.find((one) => one.role === role)
  if (!found) throw new Error(`no persona ${role}`)
  return found
}

/** Starts an onboarding by the Credential Process. */
export function startOnboarding(
  product: Product,
  credentialKind: 'password' | 'certificate' = 'password',
): Promise<OnboardingView> {
  return product.session.post<OnboardingView>('/onboardings', {
    method: 'credential',
    cloud: 'global',
    workloads: ['mail'],
    restoreRights: true,
    credentialKind,
  })
}

/** Signs in at Microsoft as the account of the role and comes back to the console. */
export async function signIn(
  product: Product,
  onboardingId: string,
  role = globalAdministrator,
): Promise<void> {
  const { session, address } = product
  const { authorizationUrl } = await session.post<{ authorizationUrl: string }>(
    `/onboardings/${onboardingId}/sign-in`,
  )
  await session.visit(await signInByForms(authorizationUrl, persona(product, role), `${address}/`))
}

/** Waits until the onboarding is in one of the states; fails when it ends in another. */
export async function onboardingIn(
  product: Product,
  id: string,
  ...states: OnboardingView['state'][]
): Promise<OnboardingView> {
  const ends: OnboardingView['state'][] = ['saved', 'failed', 'cancelled', 'expired']
  const view = await waitFor<OnboardingView>(
    product.session,
    `/onboardings/${id}`,
    (one) => states.includes(one.state) || ends.includes(one.state),
    3,
  )
  if (!states.includes(view.state))
    throw new Error(
      `the onboarding is ${view.state}, not ${states.join(' or ')}: ${JSON.stringify(view.error)}`,
    )
  return view
}

/** The whole onboarding, from nothing to the organization. */
export async function addOrganization(
  product: Product,
  credentialKind: 'password' | 'certificate' = 'password',
): Promise<OrganizationView> {
  const { id } = await startOnboarding(product, credentialKind)
  await signIn(product, id)
  return finishOnboarding(product, id)
}

/** From 'Grant Access' to the organization. */
export async function finishOnboarding(
  product: Product,
  id: string,
  organizationName = 'Contoso',
): Promise<OrganizationView> {
  const { session } = product
  await onboardingIn(product, id, 'awaiting-grant')
  await session.post(`/onboardings/${id}/grant`)
  await onboardingIn(product, id, 'completing')
  await session.post(`/onboardings/${id}/save`, { organizationName })
  const { organizationId } = await onboardingIn(product, id, 'saved')
  return session.get<OrganizationView>(`/organizations/${organizationId}`)
}

/** Starts a run and waits for its end. */
export async function backUp(product: Product, organizationId: string): Promise<RunView> {
  const { id } = await product.session.post<RunView>(`/organizations/${organizationId}/runs`)
  return runEnded(product, id)
}

export function runEnded(product: Product, id: string): Promise<RunView> {
  return waitFor<RunView>(
    product.session,
    `/runs/${id}`,
    (run) => !['queued', 'running', 'publishing'].includes(run.state),
    10,
  )
}

/** What a mailbox of the tenant really holds. */
export async function heldMails(
  product: FreshProduct,
  mailbox: string,
): Promise<{ id: string; sha256: string; folder: readonly string[]; corpus?: string }[]> {
  const answer = await control<{
    messages: { id: string; sha256: string; folder: readonly string[]; corpus?: string }[]
  }>(product, 'mail/list', { mailbox })
  return answer.messages
}

/** A lever of the simulated tenant. */
export async function control<T>(product: FreshProduct, verb: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(`${product.simulator.ready.control}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`control ${verb} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

/** As an administrator does in the portal: the application may do more. */
export function grantPermissions(
  product: FreshProduct,
  organization: Pick<OrganizationView, 'applicationId'>,
  ...names: string[]
): void {
  const { directory } = product.simulator.tenant
  const graph = directory.servicePrincipals.find(({ displayName }) => displayName === 'Microsoft Graph')
  const own = directory.servicePrincipals.find(({ appId }) => appId === organization.applicationId)
  const [pattern] = directory.assignments
  if (!graph || !own || !pattern) throw new Error('the application is not in the tenant')
  for (const name of names) {
    const role = graph.appRoles.find(({ value }) => value === name)
    if (!role) throw new Error(`Microsoft Graph has no ${name}`)
    directory.assignments.push({
      ...pattern,
      id: `granted-${name}`,
      principalId: own.id,
      appRoleId: role.id,
      resourceId: graph.id,
    })
  }
}
