/** Alerts: what operators are told of without looking, and where it is sent to. */
import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, Problem, Time } from './primitives.ts'

export const AlertSeverity = Type.Union([
  Type.Literal('information'),
  Type.Literal('warning'),
  Type.Literal('critical'),
])
export type AlertSeverity = Static<typeof AlertSeverity>

export const AlertKind = Type.Union([
  Type.Literal('run-failed'),
  Type.Literal('mailboxes-failed'),
  Type.Literal('run-late'),
  Type.Literal('credential-expiring'),
  Type.Literal('credential-expired'),
  Type.Literal('drift-found'),
  Type.Literal('vault-unreachable'),
  Type.Literal('vault-space-low'),
  Type.Literal('repository-damaged'),
  Type.Literal('mass-change'),
  Type.Literal('account-locked'),
  Type.Literal('sign-in-failures'),
  Type.Literal('restore-failed'),
  Type.Literal('restore-finished'),
  Type.Literal('audit-trail-broken'),
  Type.Literal('approval-waiting'),
  Type.Literal('channel-failing'),
  Type.Literal('server-certificate'),
])
export type AlertKind = Static<typeof AlertKind>

export const AlertView = Type.Object({
  id: Id,
  kind: AlertKind,
  severity: AlertSeverity,
  organizationId: Nullable(Id),
  organizationName: Nullable(Type.String()),
  title: Type.String({ description: 'What happened, in a sentence' }),
  detail: Type.String({ description: 'More of it, with numbers' }),
  meaning: Type.String({ description: 'What alerts of this kind mean' }),
  remedy: Type.String({ description: 'What to do' }),
  link: Type.String({ description: 'Path in the console where to look' }),
  facts: Type.Record(Type.String(), Type.Unknown()),
  count: Type.Integer({ description: 'How often it happened while the alert was open' }),
  firstAt: Time,
  lastAt: Time,
  resolvedAt: Nullable(Time),
  acknowledgement: Nullable(Type.Object({ at: Time, by: Type.String(), reason: Type.String() })),
})
export type AlertView = Static<typeof AlertView>

/** `GET /alerts`: newest first; `total` is how many match. */
export const AlertQuery = Type.Object({
  ...PageQuery.properties,
  state: Type.Optional(
    Type.Union([Type.Literal('open'), Type.Literal('acknowledged'), Type.Literal('resolved')], {
      description: 'open: not resolved and not acknowledged',
    }),
  ),
  kind: Type.Optional(AlertKind),
  severity: Type.Optional(AlertSeverity),
  organization: Type.Optional(Id),
})
export type AlertQuery = Static<typeof AlertQuery>

/** `POST /alerts/:id/acknowledge`. */
export const AcknowledgeAlert = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) })
export type AcknowledgeAlert = Static<typeof AcknowledgeAlert>

/** An event: something about alerts of an organization (null: of the server) is another than before. */
export interface AlertChange {
  readonly organizationId: string | null
}

/** What applies to all channels. */
export const AlertThresholds = Type.Object({
  lateAfterHours: Type.Integer({
    minimum: 1,
    maximum: 2160,
    description: 'A planned run has not started for so long',
  }),
  lowSpaceGigabytes: Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Free space of the vault' }),
  failedSignInsPerHour: Type.Integer({ minimum: 1, maximum: 100_000 }),
})
export type AlertThresholds = Static<typeof AlertThresholds>

const ClockTime = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'Hours and minutes in the zone of the channel, like 07:30',
})

export const ChannelRules = Type.Object({
  /** Alerts from this severity on. */
  severity: AlertSeverity,
  /** Null: all kinds. */
  kinds: Nullable(Type.Array(AlertKind, { minItems: 1, maxItems: 50, uniqueItems: true })),
  /** Null: all organizations, and the server itself. */
  organizationIds: Nullable(Type.Array(Id, { minItems: 1, maxItems: 500, uniqueItems: true })),
  timeZone: Type.String({ maxLength: 60, description: 'IANA name, like Europe/Berlin' }),
  /** When every day a summary is sent, also when all is well; null: never. */
  digestAt: Nullable(ClockTime),
  /** Only critical alerts are sent between these; what waits is sent afterwards. */
  quietHours: Nullable(Type.Object({ from: ClockTime, to: ClockTime })),
  /** What happens within so many minutes goes into one message. */
  groupMinutes: Type.Integer({ minimum: 0, maximum: 60 }),
  messagesPerHour: Type.Integer({ minimum: 1, maximum: 100 }),
})
export type ChannelRules = Static<typeof ChannelRules>

const MailAddress = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@<>"(),;:\\\\\\x00-\\x1f]+@[^\\s@<>"(),;:\\\\\\x00-\\x1f]+$',
})
const HostName = Type.String({ minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9.:_-]+$' })

export const EmailPlace = Type.Object({
  host: HostName,
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  /** `starttls`: the connection must become TLS before anything is told; `tls`: it is from the start. */
  security: Type.Union([Type.Literal('starttls'), Type.Literal('tls')]),
  /** PEM of the authority of the server's certificate, where it is not one of the usual ones. */
  certificateAuthority: Nullable(Type.String({ maxLength: 100_000 })),
  from: MailAddress,
  to: Type.Array(MailAddress, { minItems: 1, maxItems: 20 }),
  signIn: Type.Union([
    Type.Object({ kind: Type.Literal('none') }),
    Type.Object({ kind: Type.Literal('password'), userName: Type.String({ minLength: 1, maxLength: 254 }) }),
    /** Client credentials: the server gets its own token, and signs in with it (XOAUTH2). */
    Type.Object({
      kind: Type.Literal('oauth'),
      userName: Type.String({ minLength: 1, maxLength: 254, description: 'Mailbox that sends' }),
      tokenAddress: Type.String({ maxLength: 1000, pattern: '^https?://' }),
      clientId: Type.String({ minLength: 1, maxLength: 200 }),
      scope: Type.String({ minLength: 1, maxLength: 500 }),
    }),
  ]),
})
export type EmailPlace = Static<typeof EmailPlace>

const Secret = Type.String({ minLength: 1, maxLength: 2000 })
const WebhookKind = Type.Union([Type.Literal('webhook'), Type.Literal('teams'), Type.Literal('slack')])

/** `POST` and `PUT` of a channel. Secrets that are not given stay as they are. */
export const SaveChannel = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  enabled: Type.Boolean(),
  rules: ChannelRules,
  target: Type.Union([
    Type.Object({
      kind: Type.Literal('email'),
      place: EmailPlace,
      /** The password, or the client secret. */
      secret: Type.Optional(Secret),
    }),
    Type.Object({
      kind: WebhookKind,
      address: Type.Optional(Type.String({ maxLength: 2000, pattern: '^https?://' })),
    }),
  ]),
})
export type SaveChannel = Static<typeof SaveChannel>

export const ChannelView = Type.Object({
  id: Id,
  name: Type.String(),
  enabled: Type.Boolean(),
  rules: ChannelRules,
  target: Type.Union([
    Type.Object({ kind: Type.Literal('email'), place: EmailPlace, secretKept: Type.Boolean() }),
    Type.Object({
      kind: WebhookKind,
      host: Type.String({ description: 'Of the address; the rest of it is a secret' }),
    }),
  ]),
  lastSentAt: Nullable(Time),
  failingSince: Nullable(Time),
  lastError: Nullable(Problem),
  waiting: Type.Integer({ description: 'Messages on their way' }),
})
export type ChannelView = Static<typeof ChannelView>

/** Answer to saving a channel. */
export const SavedChannel = Type.Object({
  channel: ChannelView,
  /** Key that the messages of a new webhook are signed with; told this once. */
  signingKey: Nullable(Type.String()),
})
export type SavedChannel = Static<typeof SavedChannel>

/** `GET /settings/alerts`. */
export const AlertSettings = Type.Object({
  thresholds: AlertThresholds,
  channels: Type.Array(ChannelView),
  kinds: Type.Array(
    Type.Object({
      kind: AlertKind,
      severity: AlertSeverity,
      name: Type.String(),
      meaning: Type.String(),
      remedy: Type.String(),
    }),
  ),
})
export type AlertSettings = Static<typeof AlertSettings>

/** `POST /settings/alerts/channels/:id/test`. */
export const ChannelTest = Type.Object({ problem: Nullable(Problem) })
export type ChannelTest = Static<typeof ChannelTest>
