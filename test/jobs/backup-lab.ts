/** A simulated tenant, a database, a vault on disk, and the backup service over them. */
import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PgBoss } from 'pg-boss'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type ReadyCloud, type RunningSimulator, startSimulator } from '../../simulator/start.ts'
import type { CloudName } from '../../simulator/tenant/index.ts'
import type { RunView } from '../../src/contract/index.ts'
import { connectionOptions, type Database, type DatabaseConnection } from '../../src/database/index.ts'
import {
  createBackupSummary,
  createRepositoryAccess,
  createRunService,
  createVault,
  itemExclusions,
  type RepositoryAccess,
  type RunService,
  type Vault,
} from '../../src/jobs/index.ts'
import { createMicrosoftNetwork, createPacer, loadClouds } from '../../src/microsoft/index.ts'
import {
  createOrganizations,
  createProtection,
  credentialContext,
  type Organizations,
  type Protection,
} from '../../src/organizations/index.ts'
import { type Repository, validateRepository } from '../../src/repository/index.ts'
import { createSecretBox, type SecretBox } from '../../src/security/index.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { type Clock, type Logger, silentLogger, systemClock } from '../../src/shared/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
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

export interface Service {
  readonly organizations: Organizations
  readonly protection: Protection
  readonly runs: RunService
  readonly repositories: RepositoryAccess
  /** Every state of every run that was announced. */
  readonly announced: RunView[]
  stop(): Promise<void>
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

export const vaultPassword = 'the vault password of the test'

/** Tests need no expensive passwords. */
const scrypt = { N: 1024, r: 8, p: 1 }

export interface ServiceParts {
  readonly db: Database
  readonly connection: DatabaseConnection
  readonly secrets: SecretBox
  readonly cloud: { readonly login: string; readonly graph: string; readonly ca: string }
  /** Which cloud that is; default `global`. */
  readonly cloudName?: CloudName
  readonly vault: string
  /** Another place than that folder. */
  readonly place?: Vault
  readonly logger?: Logger
  /** Rows of a checkpoint; default: the product's. */
  readonly checkpointRows?: number
  /** Bytes of a checkpoint, where its rows are set; default 100 MB. */
  readonly checkpointBytes?: number
  /** By which requests to Microsoft wait; default: the machine's. */
  readonly microsoftClock?: Clock
  /** A moved clock for all but Microsoft's side; default: the machine's. */
  readonly years?: QueueYears
}

/** One start of the program, as far as backups go. */
export async function startService(parts: ServiceParts): Promise<Service> {
  const { db, secrets, cloud, logger = loudWhenAsked() } = parts
  const clock = parts.years?.clock ?? systemClock
  const microsoftClock = parts.microsoftClock ?? systemClock
  const clouds = loadClouds({
    [parts.cloudName ?? 'global']: {
      loginAuthority: cloud.login,
      loginAliases: [],
      graphRoot: cloud.graph,
      certificateAuthorityFile: cloud.ca,
    },
  })
  const network = createMicrosoftNetwork({ clouds, logger, userAgent: 'BDRCloudServer/test' })
  const events = createEventBus({ logger })
  const announced: RunView[] = []
  events.subscribe((event) => {
    if (event.topic === 'run') announced.push(event.view)
  })
  const organizations = createOrganizations({
    db,
    secrets,
    microsoft: {
      clouds,
      network,
      pacer: createPacer({ clock: microsoftClock }),
      clock: microsoftClock,
      logger,
    },
    events,
    backups: createBackupSummary({ db, clock }),
  })
  const repositories = createRepositoryAccess({
    db,
    secrets,
    vault: parts.place ?? (await createVault({ location: parts.vault })),
    vaultPassword,
    instanceName: 'bdrcloud-test',
    clock,
    logger,
    scrypt,
  })
  const queue = parts.years ? await parts.years.open() : await ownQueue(parts.connection, logger)
  const protection = createProtection({
    db,
    organizations,
    clock,
    logger,
    checkExclusions: (exclusions) => void itemExclusions(exclusions),
  })
  const runs = createRunService({
    db,
    queue,
    organizations,
    repositories,
    protection,
    events,
    clock,
    logger,
    nonce: randomUUID(),
    productVersion: '0.0.0-test',
    ...(parts.checkpointRows
      ? {
          checkpoints: {
            rows: parts.checkpointRows,
            milliseconds: 60_000,
            bytes: parts.checkpointBytes ?? 1e8,
            packBytes: parts.checkpointBytes ?? 1e9,
          },
        }
      : {}),
  })
  return {
    organizations,
    protection,
    runs,
    repositories,
    announced,
    stop: async () => {
      await runs.stop()
      await queue.stop({ graceful: false })
      await repositories.close()
      await network.close()
    },
  }
}

async function ownQueue(connection: DatabaseConnection, logger: Logger): Promise<PgBoss> {
  const queue = new PgBoss({ ...connectionOptions(connection), schema: 'pgboss', max: 3 })
  queue.on('error', (error) => logger.warn({ error: String(error) }, 'queue'))
  await queue.start()
  return queue
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

/** `BDRCLOUD_TEST_LOG=1` shows what the service says. */
function loudWhenAsked(): Logger {
  if (process.env['BDRCLOUD_TEST_LOG'] !== '1') return silentLogger
  const say = (details: object, message: string) => console.error(message, details)
  return { debug: () => {}, info: say, warn: say, error: say }
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
