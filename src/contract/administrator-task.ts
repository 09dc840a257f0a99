import Type, { type Static } from 'typebox'
import { CredentialKind, PermissionView, Workload } from './cloud.ts'
import { DeviceCodeView, OnboardingStep, OnboardingView } from './onboarding.ts'
import { Id, Nullable, Problem, Time } from './primitives.ts'

/** What needs an administrator's Microsoft sign-in on an organization that exists. */
export const TaskKind = Type.Union([
  Type.Literal('add-workloads'),
  Type.Literal('grant-optional'),
  Type.Literal('grant-restore'),
  Type.Literal('revoke-restore'),
  Type.Literal('upgrade-certificate'),
  Type.Literal('repair'),
  Type.Literal('clean-exit'),
])
export type TaskKind = Static<typeof TaskKind>

/** What an administrator may grant beside what the workloads need: selection by groups, settings and rules of mailboxes. */
export const OptionalAccess = Type.Union([
  Type.Literal('groups'),
  Type.Literal('mailbox-settings'),
  /** Writes them, to restore them. */
  Type.Literal('mailbox-settings-restore'),
])
export type OptionalAccess = Static<typeof OptionalAccess>

export const TaskState = Type.Union([
  Type.Literal('started'),
  Type.Literal('signing-in'),
  Type.Literal('code-shown'),
  Type.Literal('need-admin-approval'),
  Type.Literal('awaiting-grant'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('failed'),
  Type.Literal('cancelled'),
  Type.Literal('expired'),
])
export type TaskState = Static<typeof TaskState>

/** `POST /organizations/:id/administrator-tasks`. */
export const StartTask = Type.Union([
  Type.Object({
    kind: Type.Literal('add-workloads'),
    workloads: Type.Array(Workload, { minItems: 1, uniqueItems: true }),
  }),
  Type.Object({
    kind: Type.Literal('grant-optional'),
    access: Type.Array(OptionalAccess, { minItems: 1, uniqueItems: true }),
  }),
  Type.Object({
    kind: Type.Literal('grant-restore'),
    endsAt: Type.String({
      format: 'date-time',
      description: 'From then on the server refuses to write; at most 30 days ahead',
    }),
  }),
  Type.Object({ kind: Type.Literal('revoke-restore') }),
  Type.Object({ kind: Type.Literal('upgrade-certificate') }),
  Type.Object({
    kind: Type.Literal('repair'),
    /** Kind of the new credential; as before when it is not said. */
    credentialKind: Type.Optional(CredentialKind),
  }),
  Type.Object({ kind: Type.Literal('clean-exit') }),
])
export type StartTask = Static<typeof StartTask>

/** One thing that the task will change, found out after the sign-in and shown before 'Grant Access'. */
export const TaskChange = Type.Object({
  action: Type.Union([
    Type.Literal('grant'),
    Type.Literal('revoke'),
    Type.Literal('create'),
    Type.Literal('remove'),
    Type.Literal('change'),
  ]),
  subject: Type.Union([
    Type.Literal('application'),
    Type.Literal('service-principal'),
    Type.Literal('credential'),
    Type.Literal('permission'),
    Type.Literal('server'),
  ]),
  text: Type.String({ description: 'What it is that is granted, revoked, created, removed; or a sentence' }),
  permission: Nullable(PermissionView),
})
export type TaskChange = Static<typeof TaskChange>

export const TaskView = Type.Object({
  id: Id,
  organizationId: Id,
  organizationName: Type.String(),
  cloud: Type.String(),
  kind: TaskKind,
  state: TaskState,
  /** Of `add-workloads`. */
  workloads: Type.Array(Workload),
  /** Of `grant-restore`. */
  endsAt: Nullable(Time),
  credentialKind: CredentialKind,
  createdAt: Time,
  updatedAt: Time,
  expiresAt: Time,
  /** The organization whose administrator must sign in. */
  tenant: Type.Object({ id: Type.String(), name: Type.String(), defaultDomain: Type.String() }),
  account: OnboardingView.properties.account,
  approval: OnboardingView.properties.approval,
  /** In state `code-shown`; null when a new code is to be asked for. */
  deviceCode: Nullable(DeviceCodeView),
  /** From state `awaiting-grant` on. Empty there: nothing needs to be changed in the tenant. */
  changes: Type.Array(TaskChange),
  steps: Type.Array(OnboardingStep),
  /** Why the state went back, e.g. "Sign in again to continue" after a restart. */
  notice: Nullable(Type.String()),
  error: Nullable(Problem),
  /** Once it has ended: what was changed, and what is left in the tenant, one sentence each. */
  outcome: Nullable(Type.Object({ done: Type.Array(TaskChange), left: Type.Array(Type.String()) })),
})
export type TaskView = Static<typeof TaskView>
