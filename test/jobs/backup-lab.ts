/** A simulated tenant, a database, a vault on disk, and the backup service over them. */
import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type ReadyCloud, type RunningSimulator, startSimulator } from '../../simulator/start.ts'
import type { CloudName } from '../../simulator/tenant/index.ts'
import type { RunView } from '../../src/contract/index.ts'
import type { Database } from '../../src/database/index.ts'
import {
  createRepositoryAccess,
  createVault,
  type RepositoryAccess,
  type Vault,
} from '../../src/jobs/index.ts'
import { credentialContext } from '../../src/organizations/index.ts'
import { type Repository, validateRepository } from '../../src/repository/index.ts'
import { createSecretBox, type SecretBox } from '../../src/security/index.ts'
import { type Clock, type Logger, silentLogger, systemClock } from '../../src/shared/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Service, type ServiceParts, scrypt, startService, vaultPassword } from './backup-service.ts'
import { type QueueYears, queueYears } from './queue-years.ts'

export interface ListedMail {
  readonly id: string
  readonly folder: string | string[]
  readonly folderId: string
  readonly sha256: string
  /** SHA-256 of what `$value` gave out last. */
  readonly served: readonly string[]
  readonly size: number
  readonly isRead: boolean
  readonly corpus?: string
}
interface ListedFolder {
  readonly id: string
  readonly path: string | string[]
  readonly hidden: boolean
  readonly messages: number
}

export interface BackupLab {
  readonly simulator: RunningSimulator
  readonly database: TestDatabase
  readonly service: Service
  /** The moved clock, where the lab was opened with one. */
  readonly years: QueueYears
  readonly organizationId: string
  readonly vault: string
  readonly keyHex: string
  /** A mail control verb of the tenant. */
  control<T = Record<string, unknown>>(verb: string, body: object): Promise<T>
  mailboxes(): Promise<{ id: string; userPrincipalName: string; messages: number }[]>
  /** What people see; with `everything` what is hidden and recoverable too. */
  truth(mailbox: string, everything?: boolean): Promise<{ messages: ListedMail[]; folders: ListedFolder[] }>
  /** Starts a run and waits for its end. */
  backUp(service?: Service): Promise<RunView>
  /** How often the tenant was asked on routes that match, since the last reset. */
  requests(route: RegExp): number
  resetRequests(): void
  repository(): Promise<Repository>
  restic(...arguments_: string[]): Promise<string>
  stop(): Promise<void>
}

export async function openBackupLab(
  options: Partial<SimulatorOptions> = {},
  {
    logger,
    withService = true,
    place: otherPlace,
    cloud = 'global',
    microsoftClock,
    yearsFrom,
    placeOf,
  }: {
    logger?: Logger
    withService?: boolean
    place?: Vault
    cloud?: CloudName
    microsoftClock?: Clock
    /** Milliseconds since the epoch: from then on the test moves the clock of the product and its queue. */
    yearsFrom?: number
    /** Stands before the vault's folder. */
    placeOf?: (vault: Vault) => Vault
  } = {},
): Promise<BackupLab> {
  const simulator = await startSimulator({ users: 3, mails: 40, withApp: true, clouds: [cloud], ...options })
  const ready = simulator.ready.clouds[cloud]
  const log = simulator.clouds.get(cloud)?.log
  if (!ready || !log) throw new Error(`the cloud ${cloud} was not started`)
  const database = await createTestDatabase()
  const vault = mkdtempSync(join(tmpdir(), 'bdrcloud-vault-'))
  const place = placeOf ? placeOf(await createVault({ location: vault })) : otherPlace
  const keyHex = randomBytes(32).toString('hex')
  const secrets = createSecretBox(Buffer.from(keyHex, 'hex'))
  const organizationId = await insertOrganization(database.db, secrets, cloud, ready)
  const years = yearsFrom === undefined ? undefined : queueYears(database, yearsFrom)
  const parts: ServiceParts = {
    db: database.db,
    connection: database.connection,
    secrets,
    cloud: ready,
    cloudName: cloud,
    vault,
    ...(place ? { place } : {}),
    ...(logger ? { logger } : {}),
    ...(microsoftClock ? { microsoftClock } : {}),
    ...(years ? { years } : {}),
  }
  const service = withService ? await startService(parts) : undefined
  const running = (): Service => {
    if (!service) throw new Error('the lab was opened without a service')
    return service
  }
  const control = async <T>(verb: string, body: object): Promise<T> => {
    const response = await fetch(`${ready.control}/mail/${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${verb}: ${await response.text()}`)
    return (await response.json()) as T
  }
  const repository = () => (service ? service.repositories.open(organizationId) : openAlone())
  let alone: RepositoryAccess | undefined
  const openAlone = async () => {
    alone ??= createRepositoryAccess({
      db: database.db,
      secrets,
      vault: place ?? (await createVault({ location: vault })),
      vaultPassword,
      instanceName: 'bdrcloud-test',
      clock: systemClock,
      logger: silentLogger,
      scrypt,
    })
    return alone.open(organizationId)
  }
  return {
    simulator,
    database,
    get service() {
      return running()
    },
    get years() {
      if (!years) throw new Error('the lab was opened without a clock to move')
      return years
    },
    organizationId,
    vault,
    keyHex,
    control,
    mailboxes: async () =>
      (
        await control<{ mailboxes: { id: string; userPrincipalName: string; messages: number }[] }>(
          'mailboxes',
          {},
        )
      ).mailboxes,
    truth: async (mailbox, everything = false) => {
      const truth = await control<{ messages: ListedMail[]; folders: ListedFolder[] }>('list', { mailbox })
      return everything ? truth : visible(truth)
    },
    async backUp(using = running()) {
      const { id } = await using.runs.start(organizationId, null)
      return ended(using, id)
    },
    requests: (route) =>
      Object.entries(log.read().counts)
        .filter(([key]) => route.test(key))
        .reduce((sum, [, count]) => sum + count, 0),
    resetRequests: () => log.reset(),
    repository,
    async restic(...arguments_) {
      // A run lets its lock go a moment after it has ended.
      const locks = join(vault, organizationId, 'locks')
      const isAlone = exclusive.includes(arguments_[0] ?? '')
      for (let i = 0; isAlone && i < 200 && readdirSync(locks).length > 0; i++) await systemClock.sleep(50)
      const { stdout } = await promisify(execFile)('restic', ['--no-cache', ...arguments_], {
        env: {
          PATH: process.env['PATH'],
          RESTIC_REPOSITORY: join(vault, organizationId),
          RESTIC_PASSWORD: vaultPassword,
          HOME: vault,
        },
        maxBuffer: 64 * 1024 * 1024,
      })
      return stdout
    },
    async stop() {
      await service?.stop()
      await alone?.close()
      await simulator.stop()
      await database.drop()
      rmSync(vault, { recursive: true, force: true })
    },
  }
}

/** Commands of restic that want the repository for themselves. */
const exclusive: readonly string[] = ['forget', 'prune', 'tag']

/** @param limit milliseconds to wait */
export async function ended(service: Service, id: string, limit = 120_000): Promise<RunView> {
  const deadline = Date.now() + limit
  for (;;) {
    const view = await service.runs.get(id)
    if (['succeeded', 'partial', 'failed', 'cancelled'].includes(view.state)) return view
    if (Date.now() > deadline) throw new Error(`the run is still ${view.state}`)
    await systemClock.sleep(50)
  }
}

async function insertOrganization(
  db: Database,
  secrets: SecretBox,
  cloud: CloudName,
  { app, tenantId, domains }: ReadyCloud,
): Promise<string> {
  if (!app) throw new Error('the simulator was started without an application')
  const id = randomUUID()
  const credentialId = randomUUID()
  await db
    .insertInto('organizations')
    .values({
      id,
      name: 'Contoso',
      tenant_id: tenantId,
      default_domain: domains[0] ?? 'contoso.example',
      cloud,
      method: 'credential',
      application_id: app.clientId,
      application_object_id: randomUUID(),
      service_principal_id: randomUUID(),
      unique_name: id,
      workloads: JSON.stringify(['mail']),
      restore_rights: true,
      health: '[]',
      created_at: new Date(),
      created_by: randomUUID(),
      credential_id: credentialId,
      credential_kind: 'password',
      credential_sealed: secrets.seal(app.clientSecret, credentialContext(credentialId)),
      credential_key_id: null,
      certificate_pem: null,
      certificate_thumbprint: null,
    })
    .execute()
  return id
}

export async function findings(repository: Repository): Promise<string[]> {
  const found: string[] = []
  for await (const finding of validateRepository(repository, { readData: true })) {
    found.push(`${finding.severity} ${finding.code} ${finding.message}`)
  }
  return found
}

/** Without hidden folders, of which Recoverable Items are some, and what lies below them. */
export function visible<
  M extends { readonly folder: string | readonly string[] },
  F extends { readonly path: string | readonly string[]; readonly hidden: boolean },
>({ messages, folders }: { messages: M[]; folders: F[] }): { messages: M[]; folders: F[] } {
  const hidden = folders
    .filter((one) => one.hidden)
    .map(({ path }) => `${JSON.stringify([path].flat()).slice(0, -1)}`)
  const isSeen = (path: string | readonly string[]) => {
    const text = JSON.stringify([path].flat())
    return !hidden.some((above) => text === `${above}]` || text.startsWith(`${above},`))
  }
  return {
    messages: messages.filter(({ folder }) => isSeen(folder)),
    folders: folders.filter(({ path }) => isSeen(path)),
  }
}
