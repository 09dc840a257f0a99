/**
 * Sends what waits, at least once each: a message is claimed for some minutes, sent, and marked. A server that is killed in between has
 * marked nothing, so it is sent again when the claim has ended, under the same id. Failures are tried again, ever more seldom, for a day.
 */
import type { Selectable } from 'kysely'
import type { Problem } from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import type { Egress } from '../../egress/index.ts'
import { AppError } from '../../errors/index.ts'
import type { SecretBox } from '../../security/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { Envelope, MessageContent } from './message.ts'
import { type ChannelRow, targetOf } from './place.ts'
import { sendMail } from './send-mail.ts'
import { sendWebhook } from './send-webhook.ts'

export interface DeliveryParts {
  readonly db: Database
  readonly secrets: SecretBox
  readonly egress: Egress
  readonly clock: Clock
  readonly logger: Logger
  /** Name of the installation. */
  readonly server: string
  /** Address of the console, without a slash at the end. */
  readonly consoleAddress: () => Promise<string>
}

type MessageRow = Selectable<DatabaseSchema['alert_messages']>

const leaseMs = 3 * 60_000
const firstWaitMs = 60_000
const longestWaitMs = 3_600_000
const endMs = 86_400_000
const keptMs = 30 * 86_400_000
const atOnce = 4

/** Sends what is due. Never rejects for what concerns a single message. */
export async function deliverDue(parts: DeliveryParts, signal: AbortSignal): Promise<void> {
  const { db, clock } = parts
  const due = await db
    .selectFrom('alert_messages')
    .select('id')
    .where('state', '=', 'waiting')
    .where('due_at', '<=', new Date(clock.now()))
    .orderBy('due_at')
    .limit(200)
    .execute()
  const ids = due.values()
  const worker = async () => {
    for (const { id } of ids) {
      if (signal.aborted) return
      await deliver(parts, id, signal)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  await db
    .deleteFrom('alert_messages')
    .where('ended_at', '<', new Date(clock.now() - keptMs))
    .execute()
}

async function deliver(parts: DeliveryParts, id: string, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = parts
  const now = new Date(clock.now())
  const message = await db
    .updateTable('alert_messages')
    .set((e) => ({ lease_until: new Date(now.getTime() + leaseMs), attempts: e('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('due_at', '<=', now)
    .where((e) => e.or([e('lease_until', 'is', null), e('lease_until', '<=', now)]))
    .returningAll()
    .executeTakeFirst()
  if (!message) return
  const channel = await db
    .selectFrom('alert_channels')
    .selectAll()
    .where('id', '=', message.channel_id)
    .executeTakeFirst()
  if (!channel) return
  try {
    await send(parts, channel, message.id, message.content as MessageContent, signal)
  } catch (error) {
    if (signal.aborted) return letGo(db, message)
    const problem = problemOf(error)
    logger.warn(
      { channel: channel.id, message: id, attempt: message.attempts, code: problem.code, err: error },
      'a message about alerts could not be sent',
    )
    return noteFailure(parts, message, problem)
  }
  await noteSuccess(db, message, new Date(clock.now()))
}

/** @throws what `sendMail` and `sendWebhook` throw, SEC_SECRET_UNREADABLE */
export async function send(
  parts: DeliveryParts,
  channel: ChannelRow,
  id: string,
  content: MessageContent,
  signal: AbortSignal,
): Promise<void> {
  const { egress, clock } = parts
  const envelope: Envelope = { id, server: parts.server, console: await parts.consoleAddress(), content }
  const target = targetOf(parts.secrets, channel)
  if (target.kind === 'email') await sendMail({ egress, signal }, target.place, target.secret, envelope)
  else await sendWebhook({ egress, signal, now: clock.now() }, target, envelope)
}

/** The server is stopping: the next start sends it. */
async function letGo(db: Database, message: MessageRow): Promise<void> {
  await db
    .updateTable('alert_messages')
    .set({ lease_until: null, attempts: message.attempts - 1 })
    .where('id', '=', message.id)
    .execute()
}

async function noteSuccess(db: Database, message: MessageRow, now: Date): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('alert_messages')
      .set({ state: 'sent', ended_at: now, lease_until: null, error: null })
      .where('id', '=', message.id)
      .execute()
    await transaction
      .updateTable('alert_channels')
      .set({ last_sent_at: now, last_error: null, failing_since: null })
      .where('id', '=', message.channel_id)
      .execute()
  })
}

async function noteFailure(
  { db, clock }: DeliveryParts,
  message: MessageRow,
  problem: Problem,
): Promise<void> {
  const now = clock.now()
  const ends = now - message.created_at.getTime() >= endMs
  const wait = Math.min(firstWaitMs * 2 ** Math.min(message.attempts - 1, 10), longestWaitMs)
  const error = JSON.stringify(problem)
  await db.transaction().execute(async (transaction) => {
    await transaction
      .updateTable('alert_messages')
      .set({
        lease_until: null,
        error,
        ...(ends ? { state: 'given-up', ended_at: new Date(now) } : { due_at: new Date(now + wait) }),
      })
      .where('id', '=', message.id)
      .execute()
    await transaction
      .updateTable('alert_channels')
      .set((e) => ({
        last_error: error,
        failing_since: e.fn.coalesce('failing_since', e.val(new Date(now))),
      }))
      .where('id', '=', message.channel_id)
      .execute()
  })
}

export function problemOf(error: unknown): Problem {
  const known = error instanceof AppError ? error : fail('ALT_UNEXPECTED', {}, error)
  return {
    type: `docs/errors.md#${known.code.toLowerCase()}`,
    title: known.what,
    ...(known.why !== null && { why: known.why }),
    status: known.status,
    code: known.code,
    kind: known.kind,
    detail: known.remedy,
  }
}
