/**
 * Dangerous actions ask the operator to prove again who they are, since a session may be open on an unattended or stolen device.
 * Every such route takes a `proof` and calls this.
 */
import type { OperatorProof, ProofWays } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { Operators } from '../operators.ts'
import type { PasskeyPlace } from './passkey-place.ts'
import type { SecondFactorPolicy } from './second-factor-policy.ts'
import type { SecondFactors } from './second-factors.ts'

/** Who has to prove themselves, and in which session. */
export interface Prover {
  readonly operatorId: string
  readonly sessionId: string
  /** Where the console is open; null where there can be no passkeys. */
  readonly place: PasskeyPlace | null
}

export interface Proofs {
  /** What this operator can give, there. */
  ways(prover: Prover): Promise<ProofWays>
  /**
   * Throws SEC_PROOF_MISSING, SEC_PASSWORD_WRONG, SEC_CODE_WRONG, SEC_PASSKEY_OVER, SEC_PASSKEY_REFUSED, SEC_SIGN_IN_THROTTLED. Codes are used
   * up. A passkey is enough for itself: the device has asked for PIN or finger.
   */
  require(prover: Prover, proof: OperatorProof): Promise<void>
}

/**
 * How long after a sign-in it counts as proof, for those who have nothing else. Who came by single sign-on may have passed the provider without
 * doing anything, being signed in there: only a sign-in that was asked of them anew counts.
 */
const freshFor = 5 * 60_000

export function createProofs(parts: {
  db: Database
  clock: Clock
  operators: Operators
  factors: SecondFactors
  policy: SecondFactorPolicy
}): Proofs {
  const { db, clock, operators, factors, policy } = parts

  async function ways({ operatorId, sessionId, place }: Prover): Promise<ProofWays> {
    const row = await db
      .selectFrom('operators')
      .select(['password_hash', 'role'])
      .where('id', '=', operatorId)
      .executeTakeFirst()
    const password = row?.password_hash != null
    const { authenticator, passkeys } = await factors.ofAccount(operatorId)
    const code = authenticator !== null
    const passkey = place !== null && (await factors.passkeys.worksAt(operatorId, place))
    // Where the role must have a second factor, the password alone is no proof, once there is one.
    const required = row !== undefined && (await policy.read()).includes(row.role)
    const both = password && required && (code || passkeys.length > 0)
    const freshSignIn = !password && !code && !passkey
    const sign = freshSignIn ? await signInOf(operatorId, sessionId) : { fresh: false, provider: null }
    return { password, code, passkey, both, freshSignIn, ...sign }
  }

  async function signInOf(
    operatorId: string,
    sessionId: string,
  ): Promise<Pick<ProofWays, 'fresh' | 'provider'>> {
    const session = await db
      .selectFrom('sessions')
      .select(['created_at', 'proved_at', 'single_sign_on'])
      .where('id', '=', sessionId)
      .where('operator_id', '=', operatorId)
      .executeTakeFirst()
    const at = session?.single_sign_on ? session.proved_at : session?.created_at
    const fresh = at != null && clock.now() - at.getTime() < freshFor
    if (!session?.single_sign_on) return { fresh, provider: null }
    const provider = await db
      .selectFrom('single_sign_on')
      .innerJoin('operator_identities', 'operator_identities.issuer', 'single_sign_on.issuer')
      .select('single_sign_on.name')
      .where('enabled', '=', true)
      .where('operator_id', '=', operatorId)
      .executeTakeFirst()
    return { fresh, provider: provider?.name ?? null }
  }

  return {
    ways,
    require: async (prover, { password, code, passkey }) => {
      const { operatorId, sessionId, place } = prover
      if (passkey !== undefined) {
        if (place === null) throw fail('SEC_PASSKEY_OVER')
        await factors.passkeys.verify('proof', operatorId, passkey, { place, boundTo: sessionId })
        return
      }
      const { both, ...known } = await ways(prover)
      if (password !== undefined && !(await operators.verifyPassword(operatorId, password))) {
        throw fail('SEC_PASSWORD_WRONG')
      }
      if (code !== undefined) await factors.takeCode(operatorId, code)
      const given = [password, code].filter((one) => one !== undefined).length
      if (given >= (both ? 2 : 1)) return
      if (known.freshSignIn && known.fresh) return
      throw fail('SEC_PROOF_MISSING', missing({ both, ...known }))
    },
  }
}

function missing({ password, code, passkey, both, provider }: ProofWays): {
  what: string
  remedy: string
} {
  if (both) {
    return {
      what: 'your password and a code of your authenticator app',
      remedy: 'Enter both.',
    }
  }
  const known = [
    password && 'your password',
    code && 'a code of your authenticator app',
    passkey && 'a passkey',
  ].filter(Boolean)
  return known.length > 0
    ? { what: known.join(' or '), remedy: 'Give it and try again.' }
    : {
        what: 'a sign-in within the last five minutes',
        remedy:
          provider === null
            ? 'Sign out, sign in again, and repeat it then.'
            : `Sign in again at ${provider}, as the console offers it, and repeat it then.`,
      }
}
