import Type, { type Static, type TSchema } from 'typebox'

/** UUID of one of the product's own records. */
export const Id = Type.String({ format: 'uuid' })
/** RFC 3339 time in UTC. */
export const Time = Type.String({ format: 'date-time' })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One page of a list. `nextCursor` is opaque; null on the last page. */
export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    nextCursor: Nullable(Type.String()),
    total: Type.Optional(Type.Integer()),
  })

export interface Page<T> {
  readonly items: T[]
  readonly nextCursor: string | null
  readonly total?: number
}

/** Query parameters every list takes. `limit` defaults to 50. */
export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
})
export type PageQuery = Static<typeof PageQuery>

/** What Microsoft's support asks for, where Microsoft answered with an error or did not answer. */
export const MicrosoftProblem = Type.Object({
  code: Type.String({ description: "Microsoft's own code, e.g. AADSTS53003" }),
  message: Type.String({ description: "Microsoft's own text; empty where it sent none" }),
  correlationId: Nullable(Type.String()),
  /** Absent in errors kept by earlier versions. */
  requestId: Type.Optional(
    Nullable(Type.String({ description: "Microsoft's id of the request, or trace id of the sign-in" })),
  ),
  time: Nullable(Type.String({ description: 'As Microsoft writes it, in UTC' })),
})
export type MicrosoftProblem = Static<typeof MicrosoftProblem>

/** RFC 9457 problem details, as every error of the API answers (`application/problem+json`). */
export const Problem = Type.Object({
  type: Type.String({ description: 'Address of the explanation in docs/errors.md' }),
  title: Type.String({ description: 'What happened, in one or two sentences' }),
  why: Type.Optional(Type.String({ description: 'Why, where that is known and not said by the title' })),
  status: Type.Integer(),
  code: Type.String({ description: 'Code of the error catalogue' }),
  kind: Type.Union([Type.Literal('user'), Type.Literal('operational'), Type.Literal('bug')]),
  detail: Type.String({ description: 'What to do' }),
  microsoft: Type.Optional(MicrosoftProblem),
  requestId: Type.Optional(Type.String()),
})
export type Problem = Static<typeof Problem>

/** `GET /microsoft-errors/:code`. */
export const MicrosoftExplanation = Type.Object({
  code: Type.String(),
  happened: Type.String(),
  why: Type.String(),
  remedy: Type.String({ description: 'What to do' }),
})
export type MicrosoftExplanation = Static<typeof MicrosoftExplanation>
