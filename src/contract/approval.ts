/** The two-person rule: acts that one operator asks for and another agrees to. */
import Type, { type Static } from 'typebox'
import { Id, Nullable, PageQuery, Time } from './primitives.ts'
import { WithProof } from './second-factor.ts'

/** `GET /settings/two-person-rule`. */
export const TwoPersonRule = Type.Object({
  enabled: Type.Boolean(),
  delayHours: Type.Integer({
    minimum: 0,
    maximum: 336,
    description: 'From the approval until it may be done',
  }),
})
export type TwoPersonRule = Static<typeof TwoPersonRule>

/** `PUT /settings/two-person-rule`. */
export const SetTwoPersonRule = Type.Object({ ...TwoPersonRule.properties, ...WithProof.properties })
export type SetTwoPersonRule = Static<typeof SetTwoPersonRule>

export const ApprovalState = Type.Union([
  Type.Literal('pending'),
  /** Agreed to; the delay has not passed yet. */
  Type.Literal('waiting'),
  /** Whoever asked may do it now, once. */
  Type.Literal('ready'),
  Type.Literal('used'),
  Type.Literal('declined'),
  Type.Literal('cancelled'),
  Type.Literal('expired'),
])
export type ApprovalState = Static<typeof ApprovalState>

export const ApprovalView = Type.Object({
  id: Id,
  state: ApprovalState,
  /** Id of the operation in the API's description. */
  operation: Type.String(),
  organizationId: Nullable(Id),
  organizationName: Nullable(Type.String()),
  /** What was sent, without what proves who sent it. */
  body: Nullable(Type.Record(Type.String(), Type.Unknown())),
  reason: Type.String(),
  requestedBy: Type.Object({ id: Id, userName: Type.String() }),
  requestedAt: Time,
  decidedBy: Nullable(Type.Object({ id: Id, userName: Type.String() })),
  decidedAt: Nullable(Time),
  readyAt: Nullable(Time),
  expiresAt: Time,
})
export type ApprovalView = Static<typeof ApprovalView>

/** `GET /approvals`. */
export const ApprovalQuery = Type.Object({
  ...PageQuery.properties,
  open: Type.Optional(Type.Boolean({ description: 'Only those that somebody can still do something about' })),
})
export type ApprovalQuery = Static<typeof ApprovalQuery>

/** `PUT /approvals/:id/reason`: by whoever asked, as long as nobody has decided. */
export const ApprovalReason = Type.Object({ reason: Type.String({ maxLength: 500 }) })
export type ApprovalReason = Static<typeof ApprovalReason>
