/** The places that alerts are sent to, as operators set them up. Secrets are sealed, and given again when they would go to another place. */
import { randomBytes, randomUUID } from 'node:crypto'
import type {
  ChannelTest,
  ChannelView,
  EmailPlace,
  Problem,
  SaveChannel,
  SavedChannel,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import { fail } from '../errors.ts'
import { type DeliveryParts, problemOf, send } from './deliver.ts'
import { type ChannelRow, type ChannelSecrets, openSecrets, rulesOf, sealSecrets } from './place.ts'
import { isTimeZone, lastDigestDay } from './zone.ts'

export interface Channels {
  /** By name; at most 50. */
  list(): Promise<ChannelView[]>
  /** @throws ALT_CHANNELS_TOO_MANY, ALT_CHANNEL_INCOMPLETE, NET_ADDRESS_INVALID */
  create(wanted: SaveChannel): Promise<SavedChannel>
  /** @throws ALT_CHANNEL_NOT_FOUND, ALT_CHANNEL_INCOMPLETE */
  save(id: string, wanted: SaveChannel): Promise<SavedChannel>
  /** What waits for it is dropped. @throws ALT_CHANNEL_NOT_FOUND */
  remove(id: string): Promise<void>
  /** Sends a message at once and says how that went. @throws ALT_CHANNEL_NOT_FOUND */
  test(id: string): Promise<ChannelTest>
}

const mostChannels = 50

export function createChannels(parts: DeliveryParts): Channels {
  const { db, clock, secrets } = parts
  const find = async (id: string): Promise<ChannelRow> => {
    const row = await db.selectFrom('alert_channels').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw fail('ALT_CHANNEL_NOT_FOUND')
    return row
  }
  const shown = async (id: string): Promise<ChannelView> =>
    view(await find(id), (await waitingOf(db)).get(id) ?? 0, openSecrets(secrets, await find(id)))

  const columns = (id: string, wanted: SaveChannel, kept: ChannelSecrets) => {
    const { target, rules } = wanted
    if (!isTimeZone(rules.timeZone))
      throw fail('ALT_CHANNEL_INCOMPLETE', { reason: `"${rules.timeZone}" is no time zone` })
    const place = target.kind === 'email' ? target.place : {}
    return {
      name: wanted.name.trim(),
      kind: target.kind,
      enabled: wanted.enabled,
      place: JSON.stringify(place),
      rules: JSON.stringify(rules),
      secrets_sealed: sealSecrets(secrets, id, kept),
      // A digest whose time was earlier today is not made up for.
      digest_day: lastDigestDay(rules, clock.now()),
    }
  }

  return {
    list: async () => {
      const rows = await db.selectFrom('alert_channels').selectAll().orderBy('name').orderBy('id').execute()
      const waiting = await waitingOf(db)
      return rows.map((row) => view(row, waiting.get(row.id) ?? 0, openSecrets(secrets, row)))
    },
    create: async (wanted) => {
      const id = randomUUID()
      const { count } = await db
        .selectFrom('alert_channels')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .executeTakeFirstOrThrow()
      if (Number(count) >= mostChannels) throw fail('ALT_CHANNELS_TOO_MANY', { limit: mostChannels })
      const signingKey = wanted.target.kind === 'webhook' ? randomBytes(32).toString('base64url') : null
      const kept = secretsOf(wanted, null, signingKey === null ? {} : { signingKey })
      await db
        .insertInto('alert_channels')
        .values({ id, ...columns(id, wanted, kept), created_at: new Date(clock.now()) })
        .execute()
      return { channel: await shown(id), signingKey }
    },
    save: async (id, wanted) => {
      const before = await find(id)
      if (before.kind !== wanted.target.kind)
        throw fail('ALT_CHANNEL_INCOMPLETE', { reason: 'a channel stays of the kind that it was made as' })
      const kept = secretsOf(wanted, before.place as EmailPlace, openSecrets(secrets, before))
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('alert_channels')
          .set({ ...columns(id, wanted, kept), last_error: null, failing_since: null })
          .where('id', '=', id)
          .execute()
        if (wanted.enabled) return
        await transaction
          .deleteFrom('alert_notices')
          .where('channel_id', '=', id)
          .where('message_id', 'is', null)
          .execute()
        await transaction
          .deleteFrom('alert_messages')
          .where('channel_id', '=', id)
          .where('state', '=', 'waiting')
          .execute()
      })
      return { channel: await shown(id), signingKey: null }
    },
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('alert_channels').where('id', '=', id).executeTakeFirst()
      if (numDeletedRows === 0n) throw fail('ALT_CHANNEL_NOT_FOUND')
    },
    test: async (id) => {
      const row = await find(id)
      const at = new Date(clock.now())
      let problem: Problem | null = null
      try {
        await send(
          parts,
          row,
          randomUUID(),
          { purpose: 'test', at: at.toISOString(), lines: [], more: 0 },
          AbortSignal.timeout(90_000),
        )
      } catch (error) {
        problem = problemOf(error)
        if (problem.kind === 'bug') parts.logger.error({ err: error }, 'a test message failed')
      }
      await db
        .updateTable('alert_channels')
        .set(
          problem === null
            ? { last_sent_at: at, last_error: null, failing_since: null }
            : { last_error: JSON.stringify(problem) },
        )
        .where('id', '=', id)
        .execute()
      return { problem }
    },
  }
}

/** What is sealed with the channel: what was given, else what is at hand, as long as it goes where it went. */
function secretsOf({ target }: SaveChannel, before: EmailPlace | null, kept: ChannelSecrets): ChannelSecrets {
  if (target.kind !== 'email') {
    const address = target.address ?? kept.address
    if (address === undefined) throw fail('ALT_CHANNEL_INCOMPLETE', { reason: 'its address is missing' })
    const url = URL.parse(address)
    if (url === null || url.username !== '' || url.password !== '')
      throw fail('ALT_CHANNEL_INCOMPLETE', { reason: 'its address cannot be read, or holds a user name' })
    return { ...kept, address }
  }
  const { place, secret } = target
  if (place.signIn.kind === 'none') return {}
  if (secret !== undefined) return { secret }
  if (kept.secret === undefined)
    throw fail('ALT_CHANNEL_INCOMPLETE', { reason: 'its password or secret is missing' })
  if (before === null || goesTo(before) !== goesTo(place)) {
    throw fail('ALT_CHANNEL_INCOMPLETE', {
      reason: 'its password or secret has to be given again, as it would go to another place',
    })
  }
  return { secret: kept.secret }
}

const goesTo = ({ host, port, security, certificateAuthority, signIn }: EmailPlace) =>
  JSON.stringify([host, port, security, certificateAuthority, signIn])

async function waitingOf(db: Database): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('alert_messages')
    .select(({ fn }) => ['channel_id', fn.countAll<string>().as('count')])
    .where('state', '=', 'waiting')
    .groupBy('channel_id')
    .execute()
  return new Map(rows.map((row) => [row.channel_id, Number(row.count)]))
}

function view(row: ChannelRow, waiting: number, secrets: ChannelSecrets): ChannelView {
  return {
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    rules: rulesOf(row),
    target:
      row.kind === 'email'
        ? { kind: 'email', place: row.place as EmailPlace, secretKept: secrets.secret !== undefined }
        : { kind: row.kind, host: URL.parse(secrets.address ?? '')?.host ?? '' },
    lastSentAt: row.last_sent_at?.toISOString() ?? null,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastError: row.last_error,
    waiting,
  }
}
