import Type, { type Static } from 'typebox'
import { AddMethod, CredentialKind, Workload } from './cloud.ts'
import { CredentialRotationView } from './credential-rotation.ts'
import { NotAvailable } from './not-available.ts'
import { CheckTrigger, DriftFinding } from './organization-check.ts'
import { RemovalView } from './organization-removal.ts'
import { Id, Nullable, PageQuery, Time } from './primitives.ts'
import { RunView } from './run.ts'
import { proofFields } from './second-factor.ts'
import { WorkloadHealth } from './workload-health.ts'

/**
 * How near the end of a credential is: `expiring` with at most 30 days left (or a third of its life, if that is less), `urgent`
 * with at most 7 (or a tenth). `unknown`: Microsoft tells the end only to administrators, and nobody has typed it.
 */
export const CredentialStanding = Type.Union([
  Type.Literal('good'),
  Type.Literal('expiring'),
  Type.Literal('urgent'),
  Type.Literal('expired'),
  Type.Literal('unknown'),
])
export type CredentialStanding = Static<typeof CredentialStanding>

export const OrganizationView = Type.Object({
  id: Id,
  name: Type.String(),
  tenantId: Type.String(),
  defaultDomain: Type.String(),
  cloud: Type.String(),
  cloudName: Type.String(),
  method: AddMethod,
  applicationId: Type.String(),
  credential: Type.Object({
    kind: CredentialKind,
    expiresAt: Nullable(Time),
    daysLeft: Nullable(Type.Integer()),
    thumbprint: Nullable(Type.String()),
    standing: CredentialStanding,
    /** How it gets a successor. */
    renewal: Type.Object({
      /**
       * `automatic`: by the server itself, in time. `by-hand`: a password, or a certificate of which the server lacks the
       * application's object id. `administrator`: only an administrator's sign-in or a new credential helps.
       */
      way: Type.Union([Type.Literal('automatic'), Type.Literal('by-hand'), Type.Literal('administrator')]),
      /** When the server renews it. */
      dueAt: Nullable(Time),
      /** The server lacks the 'Object ID' of the application, without which a certificate cannot be renewed. */
      objectIdMissing: Type.Boolean(),
    }),
  }),
  /** The rotation under way, or the last one while something of it is left to tell. */
  rotation: Nullable(CredentialRotationView),
  workloads: Type.Array(Workload),
  /** What could not be granted because the organization's Microsoft Graph does not offer it. */
  notAvailable: Type.Array(NotAvailable),
  /** Whether the server writes to the organization at this moment. */
  restoreRights: Type.Boolean(),
  /** From then on it refuses to. Null: no end was set. */
  restoreRightsUntil: Nullable(Time),
  /** Whether write permissions are, as far as is known, granted in the tenant: perhaps longer than the server may use them. */
  writeGranted: Type.Boolean(),
  health: Type.Array(WorkloadHealth),
  /** What the last check found besides; empty when all is as it should be. */
  drift: Type.Array(DriftFinding),
  lastCheck: Nullable(Type.Object({ checkedAt: Time, trigger: CheckTrigger })),
  /** `removing`: nothing new starts. `removed`: no access any more; its backups can be read and downloaded. */
  state: Type.Union([Type.Literal('active'), Type.Literal('removing'), Type.Literal('removed')]),
  /** The last removal, while it concerns what is there now. */
  removal: Nullable(RemovalView),
  /** It was removed before and added again, and continues the backups of before. */
  addedAgainAt: Nullable(Time),
  createdAt: Time,
  mailboxes: Type.Integer(),
  items: Type.Integer(),
  lastRun: Nullable(RunView),
})
export type OrganizationView = Static<typeof OrganizationView>

/** `GET /organizations`: newest first; `search` looks at name, domain, tenant id and application id. */
export const OrganizationQuery = Type.Object({
  ...PageQuery.properties,
  /** `removed`: those that were removed and still have backups here. Default: the others. */
  state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('removed')])),
  search: Type.Optional(Type.String({ maxLength: 200 })),
})
export type OrganizationQuery = Static<typeof OrganizationQuery>

/** `PATCH /organizations/:id`. */
export const EditOrganization = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })),
  /** Within the permissions that are granted; more needs an administrator's sign-in. */
  workloads: Type.Optional(Type.Array(Workload, { minItems: 1, uniqueItems: true })),
})
export type EditOrganization = Static<typeof EditOrganization>

/** `GET /organizations/:id/repository`: where the backups are. */
export const RepositoryView = Type.Object({
  location: Type.String(),
  snapshots: Type.Integer(),
  headSnapshotId: Nullable(Type.String()),
  /** For a shell: stock restic on the repository, with variables for what is secret about its place. */
  commands: Type.Array(Type.String()),
  /** Object Lock: how long the place keeps every file at least, and until when all of the newest snapshot is known to be kept. */
  retention: Nullable(
    Type.Object({
      days: Type.Integer(),
      mode: Type.Union([Type.Literal('compliance'), Type.Literal('governance')]),
      keptUntil: Nullable(Time),
    }),
  ),
})
export type RepositoryView = Static<typeof RepositoryView>

/** `POST /organizations/:id/repository/password`: needs proof that it is the operator. */
export const RevealRepositoryPassword = Type.Object({
  ...proofFields,
})
export type RevealRepositoryPassword = Static<typeof RevealRepositoryPassword>
export const RepositoryPassword = Type.Object({ location: Type.String(), password: Type.String() })
export type RepositoryPassword = Static<typeof RepositoryPassword>
