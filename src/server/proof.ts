import type { FastifyRequest } from 'fastify'
import type { GivenProof } from '../contract/index.ts'
import { type PasskeyPlace, type Proofs, passkeyPlaceOf } from '../security/index.ts'
import { fail } from './errors.ts'
import { originOf } from './hosts.ts'

/**
 * For routes that do something dangerous: the operator proves again who they are, by whatever they have. Throws SEC_PROOF_MISSING,
 * SEC_PASSWORD_WRONG, SEC_CODE_WRONG, SEC_SIGN_IN_THROTTLED.
 */
export async function requireProof(
  request: FastifyRequest,
  proofs: Proofs,
  given: GivenProof,
): Promise<void> {
  const { operatorPassword: password } = given
  const proof = given.proof ?? (password === undefined ? {} : { password })
  const place = passkeyPlace(request)
  await proofs.require({ operatorId: request.operator.id, sessionId: request.sessionId, place }, proof)
}

/** Where passkeys of this request's console belong to; null where there can be none. */
export function passkeyPlace(request: FastifyRequest): PasskeyPlace | null {
  const place = passkeyPlaceOf(originOf(request))
  return 'reason' in place ? null : place
}

/** Why there can be no passkeys at the address that the console is open at; null where there can. */
export function noPasskeysHere(request: FastifyRequest): string | null {
  const place = passkeyPlaceOf(originOf(request))
  return 'reason' in place ? place.reason : null
}

/** For routes about passkeys. Throws SRV_NO_PASSKEYS_HERE. */
export function requirePasskeyPlace(request: FastifyRequest): PasskeyPlace {
  const place = passkeyPlaceOf(originOf(request))
  if ('reason' in place) throw fail('SRV_NO_PASSKEYS_HERE', place)
  return place
}
