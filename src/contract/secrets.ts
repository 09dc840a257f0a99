import Type, { type Static } from 'typebox'
import { Nullable, Time } from './primitives.ts'
import { proofFields } from './second-factor.ts'

/** `GET /secrets`: the outer key of the secrets at rest, and a rotation under way. */
export const SecretsStatus = Type.Object({
  key: Type.Object({
    id: Type.String({ description: 'Tells keys apart and reveals nothing of them' }),
    source: Type.String({ description: 'File or variable that the server has it from' }),
    since: Time,
  }),
  values: Type.Integer({ description: 'Secrets that are sealed with it' }),
  rotation: Nullable(
    Type.Object({
      previousKeyIds: Type.Array(Type.String()),
      valuesLeft: Type.Integer({ description: 'Secrets that still need a key of before' }),
    }),
  ),
  /** Whether the server can make a new key itself; else an operator gives it at the next start. */
  rotatedByServer: Type.Boolean(),
})
export type SecretsStatus = Static<typeof SecretsStatus>

/** `POST /secrets/rotation`: needs proof that it is the operator. */
export const RotateSecrets = Type.Object({
  ...proofFields,
})
export type RotateSecrets = Static<typeof RotateSecrets>
