/**
 * Composition root: builds every part in order, and takes them down in the opposite one, whether the start fails in the middle or the server
 * is stopped.
 *
 * Order: data folder's lock → PostgreSQL → migrations → keys → queue → rooms → HTTP server → unfinished work.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Logger as PinoLogger } from 'pino'
import type { Configuration } from '../config/index.ts'
import {
  createQueue,
  type DatabaseConnection,
  migrateDatabase,
  openDatabase,
  startEmbeddedPostgres,
} from '../database/index.ts'
import { createEgress } from '../egress/index.ts'
import { createVault, type Vault } from '../jobs/index.ts'
import { createMetrics, createReadiness, listenForMetrics, saveBeforeUpgrade } from '../operations/index.ts'
import {
  type AuditTrail,
  createApprovals,
  createAuditTrail,
  createOuterKeyRotation,
  createRecoveryKits,
  createSecurity,
  createSingleSignOn,
  createTwoPersonRules,
  forwardToFile,
  openInstallation,
  type Security,
} from '../security/index.ts'
import {
  createApiServer,
  createEventBus,
  createFindBelonging,
  listen,
  registerApi,
  registerConsole,
  registerPlatformRoutes,
  useCertificate,
} from '../server/index.ts'
import { type Clock, systemClock } from '../shared/index.ts'
import { selfSignedNames, serveCertificate } from '../tls/index.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { fail } from './errors.ts'
import { readinessProbes, spaceOf } from './readiness-probes.ts'
import { createServices, type Services } from './services.ts'

export interface RunningServer {
  /** Address of the console. */
  readonly address: string
  /** Link that creates the first operator; null when there is one. */
  readonly setupLink: string | null
  /** Link by which the operator of `resetPassword` chooses a new password; null where nobody is named. */
  readonly passwordLink: string | null
  /** SHA-256 of the certificate that the server made for itself; null where it has another one or none. */
  readonly ownFingerprint: string | null
  stop(): Promise<void>
}

export interface ServerSurroundings {
  readonly logger: PinoLogger
  readonly clock?: Clock
  /** The server cannot go on (PostgreSQL is gone for good); the caller stops it. */
  readonly onFatal?: (error: Error) => void
}

const root = join(import.meta.dirname, '..', '..')
const sweepInterval = 3_600_000
const queueStopLimit = 10_000

export async function startServer(
  configuration: Configuration,
  { logger, clock = systemClock, onFatal = () => {} }: ServerSurroundings,
): Promise<RunningServer> {
  const stack = new AsyncDisposableStack()
  try {
    const started = await build(configuration, { logger, clock, onFatal }, stack)
    let stopping: Promise<void> | null = null
    return {
      ...started,
      stop: () => {
        stopping ??= stack.disposeAsync()
        return stopping
      },
    }
  } catch (error) {
    await stack.disposeAsync().catch((second: unknown) => logger.error({ err: second }, 'stopping failed'))
    throw error
  }
}

async function build(
  configuration: Configuration,
  { logger, clock, onFatal }: Required<ServerSurroundings>,
  stack: AsyncDisposableStack,
): Promise<Omit<RunningServer, 'stop'>> {
  const startedAt = new Date(clock.now()).toISOString()
  const version = versionOf(root)
  makeFolder(configuration.data)
  stack.defer(lockDataFolder(configuration.data))

  const connection = await provideDatabase(configuration, { logger, onFatal }, stack)
  const db = openDatabase(connection, { logger })
  stack.defer(() => db.destroy())
  await saveBeforeUpgrade({ db, connection, dataFolder: configuration.data, version, clock, logger })
  await migrateDatabase(db)

  const installation = await openInstallation({
    db,
    clock,
    key: configuration.key,
    previousKey: configuration.previousKey,
  })
  const { instanceName, vaultPassword, auditKey, settings, secrets } = installation
  const vault = await openVault(configuration)
  if (vault.folder !== null) makeFolder(vault.folder)
  const security = createSecurity({ db, clock, secrets, instanceName })
  const audit = createAuditTrail({
    db,
    clock,
    key: auditKey,
    forward: configuration.auditLog === null ? undefined : forwardToFile(configuration.auditLog, logger),
  })
  const recoveryKits = createRecoveryKits({
    settings,
    clock,
    instanceName,
    vaultPassword,
    vault: vault.place,
    outerKey: installation.outerKey,
  })
  const events = createEventBus({ logger })
  const twoPersonRule = {
    approvals: createApprovals({ db, clock, events }),
    twoPersonRules: createTwoPersonRules({ db, settings }),
  }
  const outerKeyRotation = createOuterKeyRotation({
    db,
    clock,
    logger,
    ring: installation.secrets,
    places: configuration,
  })
  stack.defer(() => outerKeyRotation.stop())

  const queue = await createQueue(connection, { logger })
  stack.defer(() => queue.stop({ graceful: true, timeout: queueStopLimit }))
  const { certificateAuthority } = configuration
  const egress = createEgress({
    allowedNetworks: configuration.allowedNetworks,
    ...(certificateAuthority === null ? {} : { certificateAuthorities: [readText(certificateAuthority)] }),
  })
  stack.defer(() => egress.close())
  const singleSignOn = createSingleSignOn({ db, clock, secrets, egress, directory: security.directory })
  const certificate =
    configuration.tls &&
    (await serveCertificate({
      files: configuration.tls,
      names: selfSignedNames(hostname(), configuration.allowedHosts),
      clock,
      logger,
    }))
  stack.defer(() => certificate?.stop())
  const metrics = createMetrics({
    version,
    db,
    events,
    vaultSpace: () => spaceOf(vault.folder),
    certificate: certificate && (() => certificate.status()),
  })
  const readiness = createReadiness({
    probes: readinessProbes({ db, queue, vault, dataFolder: configuration.data }),
    logger,
  })
  let localConsoleUrl = ''
  const services = await createServices({
    configuration,
    version,
    db,
    queue,
    clock,
    logger,
    events,
    security,
    audit,
    installation,
    vault,
    egress,
    certificate: certificate && (() => certificate.status()),
    microsoftAnswered: metrics.microsoftAnswered,
    localConsoleUrl: () => localConsoleUrl,
  })
  stack.defer(() => services.stop())

  const guarded = configuration.tls !== null || configuration.trustedProxy.length > 0
  const cookieName = `bdrcloud_session_${instanceName.split('-').at(-1)}`
  const app = await createApiServer({
    logger,
    sessions: security.sessions,
    audit,
    twoPersonRule,
    findBelonging: createFindBelonging(db),
    customers: services.customers,
    version,
    cookieName,
    allowedHosts: configuration.allowedHosts,
    trustedProxy: configuration.trustedProxy,
    ...(certificate ? { tls: { ...certificate.pair, selfSigned: certificate.status().selfSigned } } : {}),
    onAnswered: metrics.answered,
  })
  certificate?.follow((pair) => useCertificate(app.server, pair))
  stack.defer(() => app.close())
  await registerApi(app, (api) => {
    registerPlatformRoutes(api, {
      security,
      singleSignOn,
      audit,
      recoveryKits,
      outerKeyRotation,
      twoPersonRule,
      events,
      cookieName,
      secureCookies: guarded,
      readiness,
      onEventStreams: metrics.setEventStreams,
      status: async () => ({
        version,
        startedAt,
        instanceName,
        localConsoleUrl,
        vault: { location: vault.location, freeBytes: (await spaceOf(vault.folder))?.freeBytes ?? null },
        recoveryKitConfirmed: await recoveryKits.confirmed(),
        ...(await services.counts()),
      }),
    })
    services.registerRoutes(api)
  })
  await registerConsole(app, { folder: join(root, 'console', 'dist') })
  await services.registerPages(app)

  if (configuration.metrics) {
    const { address, tokenFile } = configuration.metrics
    const listener = await listenForMetrics({ address, tokenFile, metrics, logger })
    stack.defer(() => listener.close())
    logger.info({ port: listener.port }, 'metrics are offered')
  }
  const { port } = await listen(app, { host: configuration.host, port: configuration.port, guarded })
  const scheme = configuration.tls ? 'https' : 'http'
  localConsoleUrl = `${scheme}://localhost:${port}`
  const address = configuration.tls
    ? `${scheme}://${configuration.allowedHosts[0] ?? 'localhost'}:${port}`
    : localConsoleUrl
  const setupToken = await security.setup.issue()
  const { resetPassword } = configuration
  const passwordToken =
    resetPassword === null ? null : await issuePasswordLink(resetPassword, security, audit)
  sweepRegularly(
    async () => {
      await security.sweep()
      await singleSignOn.sweep()
    },
    stack,
    logger,
  )
  resumeInBackground(services, logger)
  outerKeyRotation.resume()
  const link = (page: string, token: string | null) => token && `${localConsoleUrl}/${page}#token=${token}`
  return {
    address,
    setupLink: link('setup', setupToken),
    passwordLink: link('welcome', passwordToken),
    ownFingerprint: configuration.tls?.selfSigned ? (certificate?.pair.fingerprint ?? null) : null,
  }
}

async function provideDatabase(
  configuration: Configuration,
  { logger, onFatal }: Pick<Required<ServerSurroundings>, 'logger' | 'onFatal'>,
  stack: AsyncDisposableStack,
): Promise<DatabaseConnection> {
  if (configuration.databaseUrl !== null) return { connectionString: configuration.databaseUrl }
  const postgres = await startEmbeddedPostgres({
    dataDirectory: configuration.data,
    logger,
    onLost: onFatal,
  })
  stack.defer(() => postgres.stop())
  return postgres.connection
}

function makeFolder(folder: string): void {
  try {
    // Folders on the way get the usual mode: the account that runs PostgreSQL may have to pass through them.
    mkdirSync(dirname(folder), { recursive: true })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('MAIN_DATA_FOLDER', { folder, reason }, error)
  }
}

function openVault(configuration: Configuration): Promise<Vault> {
  const { vault, vaultLock, vaultCertificateAuthority: authority, vaultEnvironment } = configuration
  return createVault({
    location: vault,
    environment: vaultEnvironment,
    ...(authority === null ? {} : { certificateAuthority: readText(authority) }),
    ...(vaultLock ? { retention: vaultLock } : {}),
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw fail('MAIN_AUTHORITY_FILE', { file, reason }, error)
  }
}

/** For whoever holds the server itself; others see in the audit trail that it was done. */
async function issuePasswordLink(userName: string, security: Security, audit: AuditTrail): Promise<string> {
  const { operator, token } = await security.directory.issueLinkFor(userName)
  await audit.record({
    actor: { kind: 'nobody', operatorId: null, name: 'on the server itself', role: null },
    address: '',
    action: 'resetPasswordAtStart',
    organizationId: null,
    outcome: 'done',
    status: 200,
    details: { operator: operator.id, userName: operator.userName, secondFactors: 'taken off' },
  })
  return token
}

function sweepRegularly(sweep: () => Promise<void>, stack: AsyncDisposableStack, logger: PinoLogger): void {
  const timer = setInterval(() => {
    sweep().catch((error: unknown) => logger.warn({ err: error }, 'removing ended sessions failed'))
  }, sweepInterval)
  stack.defer(() => clearInterval(timer))
}

function resumeInBackground(services: Services, logger: PinoLogger): void {
  services.resume().catch((error: unknown) => logger.error({ err: error }, 'unfinished work does not go on'))
}

function versionOf(folder: string): string {
  const manifest = join(folder, 'package.json')
  return existsSync(manifest)
    ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
    : '0.0.0'
}
