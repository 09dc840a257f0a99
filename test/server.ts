/** An HTTP server with the real frame, guard and own routes on a fresh database, for tests of routes. */
import { type Logger, pino } from 'pino'
import type { EventBus, SessionView } from '../src/contract/index.ts'
import { createEgress } from '../src/egress/index.ts'
import {
  createApprovals,
  createAuditTrail,
  createOuterKeyRotation,
  createRecoveryKits,
  createSecurity,
  createSingleSignOn,
  createTwoPersonRules,
  openInstallation,
  type Security,
} from '../src/security/index.ts'
import {
  type ApiServer,
  type ApiServerOptions,
  apiBase,
  createApiServer,
  registerApi,
} from '../src/server/api-server.ts'
import { createEventBus } from '../src/server/event-bus.ts'
import { registerPlatformRoutes } from '../src/server/routes/platform-routes.ts'
import { createFindBelonging } from '../src/server/subjects.ts'
import { type Clock, silentLogger, systemClock } from '../src/shared/index.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export interface TestServer {
  readonly app: ApiServer
  readonly database: TestDatabase
  readonly security: Security
  readonly events: EventBus
  /** Makes the first operator and signs in; the headers for requests of a browser with that session. */
  readonly signIn: () => Promise<{ headers: Record<string, string>; session: SessionView }>
  readonly stop: () => Promise<void>
}

export const testOperator = { userName: 'ada', password: 'correct horse battery' }

export interface TestServerOptions {
  readonly clock?: Clock
  readonly logger?: Logger
  readonly requestsPerMinute?: number
  readonly finishLimit?: number
  readonly trustedProxy?: readonly string[]
  readonly allowedHosts?: readonly string[]
  readonly tls?: ApiServerOptions['tls']
  readonly allowedNetworks?: readonly string[]
  readonly eventLimits?: {
    heartbeat?: number
    bufferedBytes?: number
    streamsPerSession?: number
    streamsPerOperator?: number
    streams?: number
  }
  /** Who knows the browsers that opened a customer link. */
  readonly customers?: ApiServerOptions['customers']
  /** Routes under test, beneath /api/v1. */
  readonly routes?: (api: ApiServer) => void
  /** Routes under test elsewhere. */
  readonly pages?: (app: ApiServer) => Promise<void> | void
}

/** Not listening: use `app.inject`, or `app.listen({ port: 0 })`. */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { clock = systemClock, logger = pino({ level: 'silent' }), trustedProxy = [] } = options
  const database = await createTestDatabase()
  const { db } = database
  const key = { value: Buffer.alloc(32, 5).toString('hex'), source: 'test' }
  const installation = await openInstallation({ db, clock, key })
  const { settings, instanceName, vaultPassword, auditKey, secrets: ring } = installation
  const security = createSecurity({ db, clock, secrets: ring, instanceName })
  const { secrets } = installation
  const singleSignOn = createSingleSignOn({
    db,
    clock,
    secrets,
    egress: createEgress({ allowedNetworks: options.allowedNetworks ?? [] }),
    directory: security.directory,
  })
  const audit = createAuditTrail({ db, clock, key: auditKey })
  const recoveryKits = createRecoveryKits({
    settings,
    clock,
    instanceName,
    vaultPassword,
    vault: { location: '/vault', variables: [], commands: ['ls /vault'] },
    outerKey: installation.outerKey,
  })
  const events = createEventBus({ logger: silentLogger })
  const twoPersonRule = {
    approvals: createApprovals({ db, clock, events }),
    twoPersonRules: createTwoPersonRules({ db, settings }),
  }
  const outerKeyRotation = createOuterKeyRotation({ db, clock, logger: silentLogger, ring, places: { key } })
  const cookieName = 'bdrcloud_session'
  const app = await createApiServer({
    logger,
    sessions: security.sessions,
    audit,
    twoPersonRule,
    findBelonging: createFindBelonging(db),
    customers: options.customers,
    finishLimit: options.finishLimit,
    version: '0.0.0',
    cookieName,
    trustedProxy,
    allowedHosts: options.allowedHosts ?? [],
    ...(options.tls && { tls: options.tls }),
    ...(options.requestsPerMinute === undefined ? {} : { requestsPerMinute: options.requestsPerMinute }),
  })
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
      secureCookies: trustedProxy.length > 0 || options.tls !== undefined,
      readiness: async () => [{ name: 'database', ok: true, reason: null }],
      status: async () => ({
        version: '0.0.0',
        startedAt: new Date(clock.now()).toISOString(),
        instanceName,
        vault: { location: '/vault', freeBytes: null },
        recoveryKitConfirmed: await recoveryKits.confirmed(),
        organizations: 0,
        activeRuns: 0,
        localConsoleUrl: 'http://localhost:8080',
      }),
      ...(options.eventLimits ? { eventLimits: options.eventLimits } : {}),
    })
    options.routes?.(api)
  })
  await options.pages?.(app)
  await app.ready()
  return {
    app,
    database,
    security,
    events,
    signIn: async () => {
      if (await security.setup.needed()) {
        await security.setup.createFirstOperator((await security.setup.issue()) ?? '', testOperator)
      }
      const answer = await app.inject({ method: 'POST', url: `${apiBase}/session`, payload: testOperator })
      const session = answer.json<SessionView>()
      const cookie = answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
      return { session, headers: { cookie, 'x-csrf-token': session.csrfToken } }
    },
    stop: async () => {
      await app.close()
      await database.drop()
    },
  }
}
