/** What of an organization is protected, when, and for how long. */
import Type, { type Static } from 'typebox'
import { Workload } from './cloud.ts'
import { Nullable, PageQuery, Time } from './primitives.ts'
import { proofFields } from './second-factor.ts'

/** Microsoft's id of a user or group. */
const ObjectId = Type.String({ minLength: 1, maxLength: 200 })
/** Sites have longer ones. */
const SiteId = Type.String({ minLength: 1, maxLength: 400 })
const ids = <T extends ReturnType<typeof Type.String>>(id: T) =>
  Type.Array(id, { maxItems: 5000, uniqueItems: true })
const Pattern = Type.String({ minLength: 1, maxLength: 400 })
/** `HH:MM`, 24 hours. */
const TimeOfDay = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })

export const UserSelection = Type.Union([
  /** 'Select All users'. */
  Type.Literal('all'),
  /** 'Select Specific Users'. */
  Type.Literal('users'),
  /** 'Select Users by Groups': members of members included. */
  Type.Literal('groups'),
])
export type UserSelection = Static<typeof UserSelection>

export const ProtectedUsers = Type.Object({
  selection: UserSelection,
  /** Counts with the selection `users`. */
  userIds: ids(ObjectId),
  /** Counts with the selection `groups`. */
  groupIds: ids(ObjectId),
  /** Whether users that the tenant did not have when this was chosen are protected. */
  includeNew: Type.Boolean(),
})
export type ProtectedUsers = Static<typeof ProtectedUsers>

export const ProtectedSites = Type.Object({
  selection: Type.Union([Type.Literal('all'), Type.Literal('sites')]),
  siteIds: ids(SiteId),
  includeNew: Type.Boolean(),
})
export type ProtectedSites = Static<typeof ProtectedSites>

/** What is left out. What is stored already stays; it is only not taken any more. */
export const Exclusions = Type.Object({
  userIds: ids(ObjectId),
  groupIds: ids(ObjectId),
  siteIds: ids(SiteId),
  /** Folders by path, with `*` and `?`, such as `Junk Email` or `Projects/Old*`; what is below them too. */
  folders: Type.Array(Pattern, { maxItems: 200, uniqueItems: true }),
  /** Names of files and subjects of mails, with `*` and `?`, such as `*.iso`. */
  patterns: Type.Array(Pattern, { maxItems: 200, uniqueItems: true }),
  largerThanMegabytes: Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** By the time an item was received or changed last. */
  olderThanDays: Nullable(Type.Integer({ minimum: 1, maximum: 36_500 })),
})
export type Exclusions = Static<typeof Exclusions>

/** What of mailboxes is taken beside the folders that people see. */
export const MailboxExtras = Type.Object({
  /** 'Hidden folders': of Outlook, Teams and add-ins. */
  hiddenFolders: Type.Boolean(),
  /** 'Recoverable Items': what was deleted for good and Exchange keeps for a time, or under a hold. */
  recoverableItems: Type.Boolean(),
})
export type MailboxExtras = Static<typeof MailboxExtras>

/** What of drives is taken beside the files as they are. */
export const FileExtras = Type.Object({
  /** 'Versions of files': so many older versions of each file, as far as Microsoft keeps them; 0: none. */
  versions: Type.Integer({ minimum: 0, maximum: 500 }),
})
export type FileExtras = Static<typeof FileExtras>

export const ScheduleRule = Type.Union([
  /** Only by hand. */
  Type.Object({ kind: Type.Literal('none') }),
  Type.Object({
    kind: Type.Literal('times'),
    times: Type.Array(TimeOfDay, { minItems: 1, maxItems: 24, uniqueItems: true }),
  }),
  Type.Object({
    kind: Type.Literal('interval'),
    minutes: Type.Integer({ minimum: 15, maximum: 10_080 }),
  }),
  /** Five fields: minute, hour, day of month, month, day of week. */
  Type.Object({ kind: Type.Literal('cron'), expression: Type.String({ minLength: 9, maxLength: 200 }) }),
])
export type ScheduleRule = Static<typeof ScheduleRule>

/** No run starts from `from` until `to`; past midnight where `to` is the earlier one. */
export const Blackout = Type.Object({ from: TimeOfDay, to: TimeOfDay })
export type Blackout = Static<typeof Blackout>

export const Schedule = Type.Object({
  rule: ScheduleRule,
  /** A name of the IANA time zone database, such as `Europe/Berlin`. */
  timeZone: Type.String({ minLength: 1, maxLength: 60 }),
  blackouts: Type.Array(Blackout, { maxItems: 10 }),
})
export type Schedule = Static<typeof Schedule>

export const RetentionRule = Type.Union([
  Type.Object({ kind: Type.Literal('everything') }),
  /** 'Version-Based': the newest restore points. */
  Type.Object({ kind: Type.Literal('versions'), versions: Type.Integer({ minimum: 1, maximum: 999 }) }),
  /** 'Time-Based': restore points up to this age, at most ten years. */
  Type.Object({
    kind: Type.Literal('time'),
    amount: Type.Integer({ minimum: 1, maximum: 3650 }),
    unit: Type.Union([
      Type.Literal('days'),
      Type.Literal('weeks'),
      Type.Literal('months'),
      Type.Literal('years'),
    ]),
  }),
])
export type RetentionRule = Static<typeof RetentionRule>

export const Retention = Type.Object({
  rule: RetentionRule,
  /** Days for which the newest state of a user that is no longer in the directory is kept; null: for good. */
  deletedUsersDays: Nullable(Type.Integer({ minimum: 1, maximum: 3650 })),
})
export type Retention = Static<typeof Retention>

const settings = {
  workloads: Type.Array(Workload, { minItems: 1, uniqueItems: true }),
  users: ProtectedUsers,
  sites: ProtectedSites,
  exclusions: Exclusions,
  mailboxes: MailboxExtras,
  files: FileExtras,
  schedule: Schedule,
}

/** `PUT /organizations/:id/protection`. What is left out stays as it is. */
export const SaveProtection = Type.Object({
  ...Type.Partial(Type.Object(settings)).properties,
  /** Users and sites that count as new until now are protected from now on. */
  acceptNew: Type.Optional(Type.Boolean()),
})
export type SaveProtection = Static<typeof SaveProtection>

/** How much of the directory the application may read. `guessed`: shared and resource mailboxes are not told apart. */
export const DirectoryStanding = Type.Object({
  refreshedAt: Nullable(Time),
  groups: Type.Union([Type.Literal('unread'), Type.Literal('read'), Type.Literal('no-rights')]),
  sites: Type.Union([Type.Literal('unread'), Type.Literal('read'), Type.Literal('no-rights')]),
  mailboxKinds: Type.Union([Type.Literal('unread'), Type.Literal('read'), Type.Literal('guessed')]),
})
export type DirectoryStanding = Static<typeof DirectoryStanding>

/** What a pass of the retention did last. */
export const RetentionResult = Type.Object({
  at: Time,
  /** Restore points that are gone. */
  removed: Type.Integer(),
  /** Their time is over, but the place does not let them go yet (Object Lock). */
  retained: Type.Integer(),
  rowsRemoved: Type.Integer(),
  bytesFreed: Type.Integer(),
  /** Why it could not be done; null: it was. */
  error: Nullable(Type.String()),
})
export type RetentionResult = Static<typeof RetentionResult>

/** `POST /organizations/:id/retention/preview`: what would be deleted if the retention were applied now. */
export const RetentionPreview = Type.Object({
  removes: Type.Integer(),
  keeps: Type.Integer(),
  /** The oldest, at most a hundred. */
  points: Type.Array(
    Type.Object({
      runId: Type.String({ format: 'uuid' }),
      sequence: Type.Integer(),
      finishedAt: Nullable(Time),
    }),
  ),
  /** It keeps what is deleted for so long. */
  objectLock: Nullable(
    Type.Object({
      days: Type.Integer(),
      mode: Type.Union([Type.Literal('compliance'), Type.Literal('governance')]),
    }),
  ),
})
export type RetentionPreview = Static<typeof RetentionPreview>

/** `POST /organizations/:id/retention/shorten`: needs proof that it is the operator. */
export const ShortenRetention = Type.Object({ ...Retention.properties, ...proofFields })
export type ShortenRetention = Static<typeof ShortenRetention>

export const ProtectionView = Type.Object({
  organizationId: Type.String({ format: 'uuid' }),
  ...settings,
  retention: Retention,
  lastRetention: Nullable(RetentionResult),
  /** When the next run starts by the schedule; null: none is planned. */
  nextRunAt: Nullable(Time),
  /** The runs after it, at most five. */
  laterRunsAt: Type.Array(Time),
  directory: DirectoryStanding,
  updatedAt: Nullable(Time),
})
export type ProtectionView = Static<typeof ProtectionView>

export const MailboxKind = Type.Union([
  Type.Literal('user'),
  Type.Literal('shared'),
  Type.Literal('resource'),
])
export type MailboxKind = Static<typeof MailboxKind>

/** Filter of 'Select Specific Users': All (left out), User, Shared, Resource, Archival Mailbox. */
export const UserFilter = Type.Union([MailboxKind, Type.Literal('archival')])
export type UserFilter = Static<typeof UserFilter>

/** `GET /organizations/:id/directory/users`. */
export const DirectoryUserQuery = Type.Object({
  ...PageQuery.properties,
  filter: Type.Optional(UserFilter),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type DirectoryUserQuery = Static<typeof DirectoryUserQuery>

export const UserStanding = Type.Union([
  Type.Literal('protected'),
  Type.Literal('not-selected'),
  Type.Literal('excluded'),
  Type.Literal('new'),
])
export type UserStanding = Static<typeof UserStanding>

export const DirectoryUserView = Type.Object({
  id: ObjectId,
  displayName: Type.String(),
  userPrincipalName: Type.String(),
  kind: MailboxKind,
  hasArchive: Type.Boolean(),
  hasLicense: Type.Boolean(),
  isGuest: Type.Boolean(),
  firstSeenAt: Time,
  standing: UserStanding,
})
export type DirectoryUserView = Static<typeof DirectoryUserView>

/** `GET /organizations/:id/directory/groups`, `…/sites`. */
export const DirectoryQuery = Type.Object({
  ...PageQuery.properties,
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type DirectoryQuery = Static<typeof DirectoryQuery>

export const DirectoryGroupView = Type.Object({
  id: ObjectId,
  displayName: Type.String(),
  mail: Nullable(Type.String()),
  kind: Type.Union([Type.Literal('microsoft365'), Type.Literal('security')]),
  hasTeam: Type.Boolean(),
})
export type DirectoryGroupView = Static<typeof DirectoryGroupView>

export const DirectorySiteView = Type.Object({
  id: SiteId,
  name: Type.String(),
  webUrl: Type.String(),
})
export type DirectorySiteView = Static<typeof DirectorySiteView>
