import Type, { type Static } from 'typebox'
import { Nullable } from './primitives.ts'

export const ReadinessCheck = Type.Object({
  name: Type.Union([
    Type.Literal('database'),
    Type.Literal('migrations'),
    Type.Literal('queue'),
    Type.Literal('vault'),
    Type.Literal('disk'),
  ]),
  ok: Type.Boolean(),
  /** What is wrong; null when nothing is. */
  reason: Nullable(Type.String()),
})
export type ReadinessCheck = Static<typeof ReadinessCheck>

/** `GET /ready`: checks only for whoever is signed in. */
export const ReadinessView = Type.Object({
  ready: Type.Boolean(),
  checks: Type.Optional(Type.Array(ReadinessCheck)),
})
export type ReadinessView = Static<typeof ReadinessView>
