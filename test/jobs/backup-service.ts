import { randomUUID } from 'node:crypto'
import { PgBoss } from 'pg-boss'
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
  type Organizations,
  type Protection,
} from '../../src/organizations/index.ts'
import type { SecretBox } from '../../src/security/index.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { type Clock, type Logger, silentLogger, systemClock } from '../../src/shared/index.ts'
import type { QueueYears } from './queue-years.ts'

export interface Service {
  readonly organizations: Organizations
  readonly protection: Protection
  readonly runs: RunService
  readonly repositories: RepositoryAccess
  /** Every state of every run that was announced. */
  readonly announced: RunView[]
  stop(): Promise<void>
}

export const vaultPassword = 'the vault password of the test'

/** Tests need no expensive passwords. */
export const scrypt = { N: 1024, r: 8, p: 1 }

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

/** `BDRCLOUD_TEST_LOG=1` shows what the service says. */
function loudWhenAsked(): Logger {
  if (process.env['BDRCLOUD_TEST_LOG'] !== '1') return silentLogger
  const say = (details: object, message: string) => console.error(message, details)
  return { debug: () => {}, info: say, warn: say, error: say }
}
