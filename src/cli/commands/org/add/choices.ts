/** What the first step of the wizard asks, from flags, else at the terminal. */
import type {
  AddMethod,
  CloudView,
  CredentialKind,
  DetectedCloud,
  StartOnboarding,
  Workload,
} from '../../../../contract/index.ts'
import type { ApiClient } from '../../../client.ts'
import { fail } from '../../../errors.ts'
import { choose, isTerminal, note, plain } from '../../../terminal.ts'
import type { AddOptions } from './options.ts'

const methodLabels: Record<AddMethod, string> = {
  credential: 'Automatic Credential Process (sign in with a browser on this computer)',
  'device-code': 'Device Code Process (one-time code, any device)',
  manual: 'Manual Process (the application is registered by hand)',
}

/** @throws CLI_NO_TERMINAL when the environment is not named; CLI_BAD_INPUT */
export async function chooseFirstStep(client: ApiClient, options: AddOptions): Promise<StartOnboarding> {
  const clouds = (await client.get<{ items: CloudView[] }>('/clouds')).items
  const cloud = await chooseCloud(client, clouds, options)
  const method = await chooseMethod(cloud, options)
  const credentialKind = await chooseCredential(method, options)
  const restore = options.restoreRights ?? (await chooseRestore(options))
  return {
    cloud: cloud.id,
    ...(method !== undefined && { method }),
    workloads: chooseWorkloads(cloud, options),
    restoreRights: restore,
    credentialKind,
  }
}

async function chooseCloud(
  client: ApiClient,
  clouds: readonly CloudView[],
  options: AddOptions,
): Promise<CloudView> {
  const named = options.cloud === undefined ? undefined : byId(clouds, options.cloud)
  if (options.domain === undefined) {
    return (
      named ??
      choose(
        'Cloud',
        '--cloud or --domain',
        clouds.map((one) => [one, one.name] as const),
      )
    )
  }
  const detected = await client.post<DetectedCloud>('/clouds/detect', { domain: options.domain })
  note(plain(detected.explanation))
  if (named && detected.cloud !== null && detected.cloud !== named.id) {
    throw fail('CLI_BAD_INPUT', {
      what: plain(detected.explanation),
      remedy: `Leave out --cloud, or give --cloud ${detected.cloud}.`,
    })
  }
  if (named) return named
  if (detected.cloud === null) {
    throw fail('CLI_BAD_INPUT', { what: plain(detected.explanation), remedy: 'Give --cloud.' })
  }
  return byId(clouds, detected.cloud)
}

function byId(clouds: readonly CloudView[], id: string): CloudView {
  const found = clouds.find((cloud) => cloud.id === id)
  if (found) return found
  throw fail('CLI_BAD_INPUT', {
    what: `There is no cloud "${id}".`,
    remedy: `Known: ${clouds.map((cloud) => cloud.id).join(', ')}.`,
  })
}

/** Without a terminal, and without a word on it, the cloud's default, as in the API. */
async function chooseMethod(
  { methods, defaultMethod }: CloudView,
  options: AddOptions,
): Promise<AddMethod | undefined> {
  // A method that cannot be used there is refused by the server, with its reason.
  if (options.method !== undefined) return options.method
  if (!isTerminal() || options.yes) return defaultMethod ?? undefined
  const usable = methods.filter(({ available }) => available)
  return choose(
    'Method',
    '--method',
    usable.map(({ method }) => [method, methodLabels[method]] as const),
  )
}

async function chooseCredential(method: AddMethod | undefined, options: AddOptions): Promise<CredentialKind> {
  if (options.credential !== undefined) return options.credential
  if (options.pfx ?? options.certificate ?? options.makeCertificate) return 'certificate'
  if (!isTerminal() || options.yes || (method === 'manual' && options.passwordFile)) return 'password'
  return choose('Credential', '--credential', [
    ['password', 'Application Password'],
    ['certificate', 'Application Certificate (SSL), more secure'],
  ] as const)
}

async function chooseRestore(options: AddOptions): Promise<boolean> {
  if (!isTerminal() || options.yes) return true
  return choose('Restore rights', '--restore-rights or --no-restore-rights', [
    [true, 'Grant now'],
    [false, 'Grant later: read rights only'],
  ] as const)
}

function chooseWorkloads({ workloads }: CloudView, options: AddOptions): Workload[] {
  const offered = workloads.filter(({ available }) => available).map(({ workload }) => workload)
  if (options.workloads === undefined) return offered
  const names = options.workloads.split(',').map((name) => name.trim())
  return names.map((name) => {
    const found = workloads.find(({ workload }) => workload === name)
    if (found) return found.workload
    throw fail('CLI_BAD_INPUT', {
      what: `There is no workload "${name}".`,
      remedy: `Known: ${workloads.map(({ workload }) => workload).join(', ')}.`,
    })
  })
}
