/** The alerts' room over a real database, with a clock that is moved by hand and peers on this machine. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type Alerts, createAlerts, createThresholds } from '../../src/alerts/index.ts'
import type { AppEvent, ChannelRules, EventBus, SaveChannel, Schedule } from '../../src/contract/index.ts'
import type { Database } from '../../src/database/index.ts'
import { createEgress } from '../../src/egress/index.ts'
import { lateStart } from '../../src/organizations/index.ts'
import {
  type AuditTrail,
  createAuditTrail,
  type Installation,
  openInstallation,
} from '../../src/security/index.ts'
import { createEventBus } from '../../src/server/event-bus.ts'
import { type Logger, silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type MovableClock, movableClock } from '../security/clock.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export interface AlertLab {
  readonly alerts: Alerts
  readonly database: TestDatabase
  readonly clock: MovableClock
  readonly audit: AuditTrail
  readonly installation: Installation
  readonly announced: AppEvent[]
  readonly events: EventBus
  /** What the vault answers; changed by tests. */
  readonly vault: { problem: Error | null; freeBytes: number | null }
  /** Schedules of organizations, and until when they were served; changed by tests. */
  readonly planned: Map<string, { schedule: Schedule; servedUntil: number }>
  /** The server's own https; changed by tests. */
  readonly certificate: { endsAt: number; problem: string | null }
  /** Everything that was logged. */
  readonly logged: string[]
  /** Another server on the same database. */
  another(db?: Database): Alerts
}

/** @param start milliseconds since the epoch */
export async function createAlertLab(t: TestContext, start?: number): Promise<AlertLab> {
  const database = await createTestDatabase()
  const { db } = database
  const clock = movableClock(start)
  const logged: string[] = []
  const log = (details: object, message: string) =>
    logged.push(
      `${message} ${JSON.stringify(details, (_name, value) => (value instanceof Error ? `${value.stack} ${JSON.stringify(value)}` : value))}`,
    )
  const logger: Logger = { ...silentLogger, warn: log, error: log, info: log }
  const key = { value: Buffer.alloc(32, 7).toString('hex'), source: 'test' }
  const installation = await openInstallation({ db, clock, key })
  const { secrets, settings, auditKey } = installation
  const audit = createAuditTrail({ db, clock, key: auditKey })
  const egress = createEgress({ allowedNetworks: ['127.0.0.1'] })
  const events = createEventBus({ logger })
  const announced: AppEvent[] = []
  events.subscribe((event) => announced.push(event))
  const vault: AlertLab['vault'] = { problem: null, freeBytes: null }
  const certificate: AlertLab['certificate'] = { endsAt: clock.now() + 1000 * day, problem: null }
  const planned: AlertLab['planned'] = new Map()
  const another = (itsOwn = db) =>
    createAlerts({
      db: itsOwn,
      secrets,
      egress,
      clock,
      logger,
      events,
      audit,
      vault: {
        location: '/vault',
        reach: async () => {
          if (vault.problem) throw vault.problem
        },
        freeBytes: async () => vault.freeBytes,
      },
      certificate: () => certificate,
      lateStart: async (id, now, toleranceMs) => {
        const one = planned.get(id)
        return one ? lateStart(one.schedule, one.servedUntil, now, toleranceMs) : null
      },
      thresholds: createThresholds({ settings }),
      server: 'bdrcloud-test',
      consoleAddress: async () => 'https://backup.example',
    })
  const alerts = another()
  t.after(async () => {
    await alerts.stop()
    await egress.close()
    await database.drop()
  })
  return {
    alerts,
    installation,
    database,
    clock,
    audit,
    announced,
    events,
    vault,
    planned,
    certificate,
    logged,
    another,
  }
}

export const plainRules: ChannelRules = {
  severity: 'information',
  kinds: null,
  organizationIds: null,
  timeZone: 'UTC',
  digestAt: null,
  quietHours: null,
  groupMinutes: 0,
  messagesPerHour: 100,
}

export interface Received {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

export interface WebhookPeer {
  readonly address: string
  readonly received: Received[]
  /** What it answers next; 200 when nothing is said. */
  answer: (received: Received) => number | 'hang' | 'drop'
}

export async function startWebhookPeer(t: TestContext): Promise<WebhookPeer> {
  const received: Received[] = []
  const peer = { address: '', received, answer: (): number | 'hang' | 'drop' => 200 } as WebhookPeer & {
    address: string
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = {
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(parts).toString('utf8'),
      }
      const answer = peer.answer(one)
      received.push(one)
      if (answer === 'drop') request.socket.destroy()
      else if (answer !== 'hang')
        response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  peer.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-part`
  return peer
}

export function webhook(
  address: string,
  rules: Partial<ChannelRules> = {},
  kind: 'webhook' | 'teams' | 'slack' = 'webhook',
): SaveChannel {
  return { name: 'On call', enabled: true, rules: { ...plainRules, ...rules }, target: { kind, address } }
}

/** An alert of any kind, without what usually leads to it. */
export function somethingWrong(about: Partial<Parameters<Alerts['book']['raise']>[0]> = {}) {
  return {
    kind: 'mass-change' as const,
    subject: randomUUID(),
    organizationId: null,
    title: 'Something is wrong',
    detail: 'With 4,812 things.',
    occurrence: '1',
    ...about,
  }
}
