/**
 * Wires the rooms above the platform. Each room gets its ports from `Platform`, and gives back what `Services` asks for: its routes, what is
 * to go on after a restart, how it stops.
 */
import { randomUUID } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import { createAlerts, createThresholds } from '../alerts/index.ts'
import type { Configuration } from '../config/index.ts'
import type { EventBus } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import type { Egress } from '../egress/index.ts'
import {
  createBackupSummary,
  createCoverage,
  createDownloadService,
  createFileDownloads,
  createOrganizationBackups,
  createOrganizationWork,
  createOutlookDownloads,
  createRepositoryAccess,
  createResticAccesses,
  createResticEndpoint,
  createRestoreService,
  createRetentionService,
  createRunService,
  createScheduler,
  createSettingsRestore,
  itemExclusions,
  type Vault,
} from '../jobs/index.ts'
import { createMicrosoftNetwork, createPacer, productUserAgent, proxyName } from '../microsoft/index.ts'
import {
  type CustomerLinks,
  createAdministratorTasks,
  createCustomerLinks,
  createOnboardings,
  createSignInClients,
  createSignInReturns,
} from '../onboarding/index.ts'
import type { Metrics } from '../operations/index.ts'
import {
  createNightly,
  createOrganizations,
  createProtection,
  lateStart,
  readProtection,
} from '../organizations/index.ts'
import type { AuditTrail, Installation, Security } from '../security/index.ts'
import {
  type ApiServer,
  registerAdministratorTaskRoutes,
  registerAlertRoutes,
  registerCloudRoutes,
  registerCoverageRoutes,
  registerCredentialRoutes,
  registerCustomerRoutes,
  registerExplanationRoutes,
  registerExportRoutes,
  registerFileRoutes,
  registerMailRoutes,
  registerOnboardingRoutes,
  registerOrganizationRoutes,
  registerOutlookRoutes,
  registerProtectionRoutes,
  registerRemovalRoutes,
  registerRepositoryRoutes,
  registerResticAccessRoutes,
  registerResticEndpoint,
  registerRestoreRoutes,
  registerRotationRoutes,
  registerRunRoutes,
  registerSignInReturn,
  registerSignInSettingsRoutes,
} from '../server/index.ts'
import type { Clock, Logger } from '../shared/index.ts'
import type { CertificateStatus } from '../tls/index.ts'
import { cleanExits } from './clean-exits.ts'
import { readClouds } from './clouds.ts'
import { countedNetwork } from './counted-network.ts'
import { vaultProbe } from './vault-probe.ts'

/** What every room can be given. */
export interface Platform {
  readonly configuration: Configuration
  readonly version: string
  readonly db: Database
  readonly queue: PgBoss
  readonly clock: Clock
  readonly logger: Logger
  readonly events: EventBus
  readonly security: Security
  readonly audit: AuditTrail
  /** Sealing of secrets, the installation's name (host name of snapshots) and the vault's password. */
  readonly installation: Installation
  readonly vault: Vault
  /** The way to places that operators name. */
  readonly egress: Egress
  /** Of the server's own https; null without. */
  readonly certificate: (() => CertificateStatus) | null
  readonly microsoftAnswered: Metrics['microsoftAnswered']
  /** Address of the console on localhost, known once the server listens; the built-in sign-in client returns there. */
  readonly localConsoleUrl: () => string
}

export interface Services {
  /** Browsers of customers' administrators, for the guard. */
  readonly customers: CustomerLinks
  /** Routes beneath /api/v1. */
  registerRoutes(api: ApiServer): void
  /** Routes outside the API: the return of the sign-in at `/`, repositories for restic beneath `/restic/`. */
  registerPages(app: ApiServer): Promise<void>
  /** Called once the server listens: unfinished work goes on by itself. */
  resume(): Promise<void>
  counts(): Promise<{ organizations: number; activeRuns: number }>
  /** Stops work in progress so that it can go on after the next start. */
  stop(): Promise<void>
}

export async function createServices(platform: Platform): Promise<Services> {
  const { configuration, db, queue, clock, logger, events, security, installation } = platform
  const { secrets, settings, instanceName, vaultPassword } = installation
  const nonce = randomUUID()

  const clouds = readClouds(configuration.clouds)
  if (configuration.proxy) {
    const { url, noProxy } = configuration.proxy
    logger.info({ proxy: proxyName(url), noProxy }, 'Microsoft is reached through a proxy')
  }
  const direct = createMicrosoftNetwork({
    clouds,
    logger,
    userAgent: productUserAgent(platform.version),
    contentLookup: platform.egress.guard.lookup,
    ...(configuration.proxy && { proxy: configuration.proxy }),
    ...(configuration.certificateAuthority !== null && {
      certificateAuthorityFile: configuration.certificateAuthority,
    }),
  })
  const network = countedNetwork(direct, platform.microsoftAnswered)
  const microsoft = { clouds, network, pacer: createPacer({ clock }), clock, logger }
  const repositories = createRepositoryAccess({
    db,
    secrets,
    vaultPassword,
    instanceName,
    clock,
    logger,
    vault: platform.vault,
  })
  const backups = createBackupSummary({ db, clock })
  const organizations = createOrganizations({ db, secrets, microsoft, events, backups })
  const clients = createSignInClients({
    db,
    secrets,
    settings,
    microsoft,
    instanceName,
    allowedHosts: configuration.allowedHosts,
  })
  const administered = {
    db,
    secrets,
    microsoft,
    organizations,
    events,
    instanceName,
    consoleOrigin: platform.localConsoleUrl,
    clients,
  }
  const onboardings = createOnboardings(administered)
  const tasks = createAdministratorTasks(administered)
  const customers = createCustomerLinks({ db, microsoft, clients, onboardings })
  const signInReturns = createSignInReturns({ db, secrets, clock, onboardings, tasks })
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
    nonce,
    productVersion: platform.version,
  })
  const restores = createRestoreService({
    db,
    organizations,
    repositories,
    events,
    clock,
    logger,
    nonce,
  })
  const coverage = createCoverage({ db, protection })
  const retention = createRetentionService({ db, repositories, clock, logger })
  const scheduler = createScheduler({ db, runs, clock, logger })
  const removals = organizations.removals({
    work: createOrganizationWork({ db, runs, restores, clock }),
    backups: createOrganizationBackups({ db, repositories }),
    exits: cleanExits(tasks),
    signIn: clients,
  })
  const nightly = createNightly({ db, organizations, removals, clock, logger })
  events.subscribe(({ topic, view }) => {
    // A removal waits for this task.
    if (topic === 'administrator-task' && view.kind === 'clean-exit') nightly.wake()
  })
  const alerts = createAlerts({
    db,
    secrets,
    egress: platform.egress,
    clock,
    logger,
    events,
    audit: platform.audit,
    vault: vaultProbe(platform.vault, db),
    certificate: platform.certificate,
    lateStart: async (id, now, toleranceMs) => {
      const { settings, scheduleAfter } = await readProtection(db, id)
      return lateStart(settings.schedule, scheduleAfter.getTime(), now, toleranceMs)
    },
    thresholds: createThresholds({ settings }),
    server: instanceName,
    consoleAddress: async () => (await clients.externalAddress()) ?? platform.localConsoleUrl(),
  })
  const accesses = createResticAccesses({ db, clock })
  const endpoint = createResticEndpoint({ accesses, repositories, clock, logger })
  const downloads = createDownloadService({ db, repositories, clock })
  const settingsRestore = createSettingsRestore({ db, organizations, downloads })
  const fileDownloads = createFileDownloads({ db, repositories })
  const outlookDownloads = createOutlookDownloads({ db, repositories })

  return {
    customers,
    registerRoutes(api) {
      registerAlertRoutes(api, { alerts })
      registerCloudRoutes(api, { onboardings })
      registerExplanationRoutes(api)
      registerOnboardingRoutes(api, { onboardings })
      registerAdministratorTaskRoutes(api, { tasks })
      registerCustomerRoutes(api, {
        customers,
        secureCookies: configuration.tls !== null || configuration.trustedProxy.length > 0,
      })
      registerSignInSettingsRoutes(api, { clients, clouds, proofs: security.proofs })
      registerOrganizationRoutes(api, { organizations })
      registerRotationRoutes(api, { organizations })
      registerCoverageRoutes(api, { coverage, organizations })
      registerProtectionRoutes(api, { protection, retention, proofs: security.proofs })
      registerCredentialRoutes(api, { organizations, proofs: security.proofs })
      registerRemovalRoutes(api, { removals })
      registerRunRoutes(api, { runs, organizations })
      registerRepositoryRoutes(api, { repositories, organizations, proofs: security.proofs })
      registerResticAccessRoutes(api, { accesses, organizations, repositories })
      registerMailRoutes(api, { db, downloads, organizations })
      registerFileRoutes(api, { db, fileDownloads, organizations })
      registerOutlookRoutes(api, { outlookDownloads, organizations })
      registerExportRoutes(api, { db, downloads, organizations })
      registerRestoreRoutes(api, { db, restores, settingsRestore, organizations })
    },
    async registerPages(app) {
      registerSignInReturn(app, { signInReturns })
      await registerResticEndpoint(app, endpoint)
    },
    async resume() {
      alerts.start()
      await Promise.all([onboardings.recover(), tasks.recover()])
      onboardings.startSweeper()
      tasks.startSweeper()
      await Promise.all([
        runs.resumeAll(),
        restores.resumeAll(),
        nightly.start(queue),
        scheduler.start(queue),
        retention.start(queue),
      ])
    },
    async counts() {
      const { count } = await db
        .selectFrom('organizations')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('state', 'in', ['active', 'removing'])
        .executeTakeFirstOrThrow()
      return { organizations: count, activeRuns: await runs.countActive() }
    },
    async stop() {
      await Promise.allSettled([
        onboardings.close(),
        tasks.close(),
        scheduler.stop(),
        retention.stop(),
        runs.stop(),
        restores.stop(),
        alerts.stop(),
        nightly.stop(),
        organizations.rotations.close(),
        removals.close(),
      ])
      await Promise.allSettled([repositories.close(), network.close()])
    },
  }
}
