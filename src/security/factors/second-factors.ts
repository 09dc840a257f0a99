/** What an operator has beside the password, and the second step of a sign-in. */
import type {
  AccountSecurity,
  AddedPasskey,
  NewAuthenticator,
  OperatorView,
  SecondStep,
  SecondStepMethod,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { SecretBox } from '../secret-box.ts'
import type { SignInThrottle } from '../sign-in-throttle.ts'
import { createAuthenticators } from './authenticators.ts'
import type { PasskeyPlace } from './passkey-place.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPendingSignIns } from './pending-sign-ins.ts'
import { createRecoveryCodes } from './recovery-codes.ts'

type Kind = 'cookie' | 'bearer'

export interface SecondStepBegun {
  readonly token: string
  readonly methods: SecondStepMethod[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface SecondFactors {
  /** The passkeys themselves; adding and removing is done here, since recovery codes come and go with it. */
  readonly passkeys: Omit<Passkeys, 'register' | 'remove'>
  ofAccount(operatorId: string): Promise<Omit<AccountSecurity, 'noPasskeysHere'>>
  /** A new key for an authenticator app; in use once `confirmAuthenticator` has seen a code. */
  beginAuthenticator(operator: OperatorView): Promise<NewAuthenticator>
  /** Answers new recovery codes where there are none left. Throws SEC_AUTHENTICATOR_NOT_BEGUN, SEC_CODE_WRONG, SEC_SIGN_IN_THROTTLED. */
  confirmAuthenticator(operatorId: string, code: string): Promise<string[] | null>
  /** Recovery codes go with the last factor. */
  removeAuthenticator(operatorId: string): Promise<void>
  /** As `Passkeys.register`, with new recovery codes where there are none left. */
  addPasskey(...registration: Parameters<Passkeys['register']>): Promise<AddedPasskey>
  /** Throws SEC_PASSKEY_UNKNOWN. */
  removePasskey(operatorId: string, id: string): Promise<void>
  renewRecoveryCodes(operatorId: string): Promise<string[]>
  /** What a right password still needs, at the address of a browser; null where the operator has no second factor. */
  beginStep(operatorId: string, kind: Kind, place: PasskeyPlace | null): Promise<SecondStepBegun | null>
  /** Whose second step it is. Throws SEC_SECOND_STEP_OVER. */
  pending(token: string, kind: Kind): Promise<OperatorView>
  /**
   * Ends that second step with a code or a passkey. Throws SEC_SECOND_STEP_OVER, SEC_CODE_WRONG, SEC_SIGN_IN_THROTTLED, SEC_PASSKEY_OVER,
   * SEC_PASSKEY_REFUSED.
   */
  completeStep(
    token: string,
    kind: Kind,
    answer: SecondStep,
    place: PasskeyPlace | null,
  ): Promise<SecondStepMethod>
  /**
   * What the code was: of the authenticator app or a recovery code; it is used up. Throws SEC_CODE_WRONG, and SEC_SIGN_IN_THROTTLED after
   * several wrong ones, wherever they were given.
   */
  takeCode(operatorId: string, code: string): Promise<SecondStepMethod>
  sweep(): Promise<void>
}

export function createSecondFactors(parts: {
  db: Database
  clock: Clock
  secrets: SecretBox
  issuer: string
  throttle: SignInThrottle
}): SecondFactors {
  const { throttle } = parts
  const authenticators = createAuthenticators(parts)
  const passkeys = createPasskeys(parts)
  const recoveryCodes = createRecoveryCodes(parts)
  const pendingSignIns = createPendingSignIns(parts)
  // No user name holds a space, so that nobody is called so.
  const throttleKey = (operatorId: string) => `second factor ${operatorId}`

  async function hasFactor(operatorId: string): Promise<boolean> {
    if ((await authenticators.enrolledAt(operatorId)) !== null) return true
    return (await passkeys.list(operatorId)).length > 0
  }
  async function takeCode(operatorId: string, code: string): Promise<SecondStepMethod> {
    // Counted apart from passwords: who knows the password could otherwise forget the failures by giving it.
    await throttle.count(throttleKey(operatorId))
    const method = (await authenticators.take(operatorId, code))
      ? 'code'
      : (await recoveryCodes.take(operatorId, code))
        ? 'recovery-code'
        : null
    if (method === null) throw fail('SEC_CODE_WRONG')
    await throttle.clear(throttleKey(operatorId))
    return method
  }
  const firstCodes = async (operatorId: string) =>
    (await recoveryCodes.left(operatorId)) > 0 ? null : recoveryCodes.renew(operatorId)
  async function forgetCodesWithoutFactor(operatorId: string): Promise<void> {
    if (!(await hasFactor(operatorId))) await recoveryCodes.remove(operatorId)
  }
  async function pending(token: string, kind: Kind): Promise<OperatorView> {
    const operator = await pendingSignIns.find(token, kind)
    if (!operator) throw fail('SEC_SECOND_STEP_OVER')
    return operator
  }

  return {
    takeCode,
    passkeys,
    ofAccount: async (operatorId) => {
      const enrolledAt = await authenticators.enrolledAt(operatorId)
      return {
        authenticator: enrolledAt && { enrolledAt: enrolledAt.toISOString() },
        recoveryCodesLeft: await recoveryCodes.left(operatorId),
        passkeys: await passkeys.list(operatorId),
      }
    },
    beginAuthenticator: (operator) => authenticators.begin(operator),
    confirmAuthenticator: async (operatorId, code) => {
      await throttle.count(throttleKey(operatorId))
      await authenticators.confirm(operatorId, code)
      await throttle.clear(throttleKey(operatorId))
      return firstCodes(operatorId)
    },
    removeAuthenticator: async (operatorId) => {
      await authenticators.remove(operatorId)
      await forgetCodesWithoutFactor(operatorId)
    },
    addPasskey: async (operatorId, registration, asker) => ({
      passkey: await passkeys.register(operatorId, registration, asker),
      recoveryCodes: await firstCodes(operatorId),
    }),
    removePasskey: async (operatorId, id) => {
      await passkeys.remove(operatorId, id)
      await forgetCodesWithoutFactor(operatorId)
    },
    renewRecoveryCodes: (operatorId) => recoveryCodes.renew(operatorId),
    beginStep: async (operatorId, kind, place) => {
      if (!(await hasFactor(operatorId))) return null
      const methods: SecondStepMethod[] = []
      if (place && (await passkeys.worksAt(operatorId, place))) methods.push('passkey')
      if ((await authenticators.enrolledAt(operatorId)) !== null) methods.push('code')
      if ((await recoveryCodes.left(operatorId)) > 0) methods.push('recovery-code')
      return { methods, ...(await pendingSignIns.begin(operatorId, kind)) }
    },
    pending,
    completeStep: async (token, kind, answer, place) => {
      const { id } = await pending(token, kind)
      let method: SecondStepMethod = 'passkey'
      if ('code' in answer) method = await takeCode(id, answer.code)
      else if (place === null) throw fail('SEC_PASSKEY_OVER')
      else await passkeys.verify('second-step', id, answer.passkey, { place, boundTo: token })
      if (!(await pendingSignIns.finish(token, kind))) throw fail('SEC_SECOND_STEP_OVER')
      return method
    },
    sweep: async () => {
      await pendingSignIns.sweep()
      await passkeys.sweep()
    },
  }
}
