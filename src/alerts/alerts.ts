/**
 * The room's service: looks every half minute, and soon after something happened, for what holds and what is unusual, and sends what is to be
 * told. Everything is decided by rows and the injected clock, so that a killed server, or a second one, changes nothing.
 */
import type { AlertKind, AppEvent, EventBus } from '../contract/index.ts'
import { type Clock, type Logger, oneAtATime } from '../shared/index.ts'
import { type AlertBook, createAlertBook } from './alert-book.ts'
import { type Channels, createChannels } from './channels/channels.ts'
import { compose } from './channels/compose.ts'
import { type DeliveryParts, deliverDue } from './channels/deliver.ts'
import { lookAtApprovals } from './conditions/approvals.ts'
import { lookAtAuditTrail } from './conditions/audit.ts'
import { lookAtCertificate } from './conditions/certificate.ts'
import { lookAtChannels } from './conditions/channels.ts'
import type { ConditionContext, Look, VaultProbe } from './conditions/context.ts'
import { lookAtOrganizations } from './conditions/organizations.ts'
import { lookAtRestores } from './conditions/restores.ts'
import { lookAtRuns } from './conditions/runs.ts'
import { lookAtSignIns } from './conditions/sign-ins.ts'
import { lookAtVault } from './conditions/vault.ts'
import { lookForMassChanges } from './ransomware/alarm.ts'
import { createReadyApprovals } from './ready-approvals.ts'
import type { Thresholds } from './thresholds.ts'

export interface Alerts {
  readonly book: AlertBook
  readonly channels: Channels
  readonly thresholds: Thresholds
  /** Looks and sends now. Never rejects for what concerns one kind or one channel. */
  tick(): Promise<void>
  /** Ticks now and regularly until `stop`. */
  start(): void
  stop(): Promise<void>
}

export interface AlertsParts extends DeliveryParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly events: EventBus
  readonly audit: ConditionContext['audit']
  readonly vault: VaultProbe
  readonly certificate: ConditionContext['certificate']
  readonly lateStart: ConditionContext['lateStart']
  readonly thresholds: Thresholds
}

interface Watch {
  readonly look: Look
  readonly kinds: readonly AlertKind[]
  /** Not more often than that. */
  readonly everyMs: number
}

const tickMs = 30_000
const wakeMs = 1_000
const watches: readonly Watch[] = [
  {
    look: lookAtRuns,
    kinds: ['run-failed', 'mailboxes-failed', 'run-late', 'repository-damaged'],
    everyMs: 0,
  },
  {
    look: lookAtOrganizations,
    kinds: ['credential-expiring', 'credential-expired', 'drift-found'],
    everyMs: 0,
  },
  { look: lookAtRestores, kinds: ['restore-failed', 'restore-finished'], everyMs: 0 },
  { look: lookAtSignIns, kinds: ['account-locked', 'sign-in-failures'], everyMs: 0 },
  { look: lookAtApprovals, kinds: ['approval-waiting'], everyMs: 0 },
  { look: lookAtChannels, kinds: ['channel-failing'], everyMs: 0 },
  { look: lookAtCertificate, kinds: ['server-certificate'], everyMs: 0 },
  { look: lookAtVault, kinds: ['vault-unreachable', 'vault-space-low'], everyMs: 5 * 60_000 },
  { look: lookAtAuditTrail, kinds: ['audit-trail-broken'], everyMs: 86_400_000 },
]

export function createAlerts(parts: AlertsParts): Alerts {
  const { db, clock, logger, events } = parts
  const book = createAlertBook({ db, clock, events })
  const channels = createChannels(parts)
  const announceReady = createReadyApprovals({ db, clock, events })
  const stopping = new AbortController()
  const looked = new Map<Watch, number>()
  let waking = false

  const watch = async (one: Watch): Promise<void> => {
    const now = clock.now()
    const last = looked.get(one)
    if (last !== undefined && now - last < one.everyMs) return
    const thresholds = await parts.thresholds.read()
    const found = await one.look({
      db,
      now,
      thresholds,
      audit: parts.audit,
      vault: parts.vault,
      certificate: parts.certificate,
      lateStart: parts.lateStart,
      signal: stopping.signal,
    })
    await book.reconcile(one.kinds, found)
    looked.set(one, now)
  }

  const safely = async (work: () => Promise<void>, what: string): Promise<void> => {
    if (stopping.signal.aborted) return
    try {
      await work()
    } catch (error) {
      if (!stopping.signal.aborted) logger.error({ err: error, what }, 'looking after alerts failed')
    }
  }

  const work = async (): Promise<void> => {
    for (const one of watches) await safely(() => watch(one), one.kinds[0] ?? '')
    await safely(announceReady, 'approvals')
    await safely(() => lookForMassChanges({ db, book }, clock.now()), 'mass-change')
    await safely(async () => {
      const rows = await db.selectFrom('alert_channels').select('id').where('enabled', '=', true).execute()
      for (const { id } of rows) await safely(() => compose(db, id, clock.now()), `channel ${id}`)
    }, 'channels')
    await safely(() => deliverDue(parts, stopping.signal), 'delivery')
  }

  const { run: tick, settled } = oneAtATime(work)

  const wake = async (): Promise<void> => {
    if (waking || stopping.signal.aborted) return
    waking = true
    try {
      await clock.sleep(wakeMs, stopping.signal)
      // One under way may have looked already.
      await settled()
    } catch {
      return
    } finally {
      waking = false
    }
    await tick()
  }
  let unsubscribe = () => {}

  return {
    book,
    channels,
    thresholds: parts.thresholds,
    tick,
    start: () => {
      unsubscribe = events.subscribe((event) => {
        if (mayMatter(event)) void wake()
      })
      const repeat = async () => {
        for (;;) {
          await tick()
          await clock.sleep(tickMs, stopping.signal)
        }
      }
      // Ends when the sleep is aborted.
      repeat().catch(() => undefined)
    },
    stop: async () => {
      stopping.abort(new Error('the server is stopping'))
      unsubscribe()
      await settled()
    },
  }
}

/** Progress is announced every second; what ends may be worth an alert. */
function mayMatter({ topic, view }: AppEvent): boolean {
  if (topic === 'run' || topic === 'restore') return view.finishedAt !== null
  return topic === 'organization-check' || topic === 'removal' || topic === 'approval'
}
