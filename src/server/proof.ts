import type { FastifyRequest } from 'fastify'
import type { OperatorProof } from '../contract/index.ts'
import type { Proofs } from '../security/index.ts'

/**
 * For routes that do something dangerous: the operator proves again who they are, by whatever they have. Throws SEC_PROOF_MISSING,
 * SEC_PASSWORD_WRONG, SEC_CODE_WRONG, SEC_SIGN_IN_THROTTLED.
 */
export async function requireProof(
  request: FastifyRequest,
  proofs: Proofs,
  proof: OperatorProof,
): Promise<void> {
  await proofs.require({ operatorId: request.operator.id, sessionId: request.sessionId }, proof)
}
