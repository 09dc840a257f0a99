import Type from 'typebox'
import { Value } from 'typebox/value'
import { localFailure } from '../failures/microsoft-error.ts'
import { type IdentityExpectations, proveIdentity } from './identity-token.ts'
import type { LoginAnswer, LoginServiceOptions } from './login-service.ts'
import type { SignInResult } from './sign-in-types.ts'

const TokenAnswer = Type.Object({
  access_token: Type.String({ minLength: 1 }),
  id_token: Type.String({ minLength: 1 }),
  expires_in: Type.Number(),
  scope: Type.Optional(Type.String()),
})

/**
 * The token endpoint's answer to a person's sign-in, with the account proven.
 * @param askedAt milliseconds since the epoch at which the answer was asked for: its lifetime counts from there
 * @throws MicrosoftError MSG_UNEXPECTED_ANSWER, MSG_IDENTITY_UNPROVEN
 */
export async function readUserToken(
  service: LoginServiceOptions,
  { body }: LoginAnswer,
  { askedAt, ...expected }: IdentityExpectations & { readonly askedAt: number },
): Promise<SignInResult> {
  if (!Value.Check(TokenAnswer, body)) {
    throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'the answer to the sign-in lacks a token' })
  }
  const account = await proveIdentity(service, body.id_token, expected)
  const scopes = (body.scope ?? '').split(' ').filter((one) => one !== '')
  return { accessToken: body.access_token, account, scopes, expiresAt: askedAt + body.expires_in * 1000 }
}
