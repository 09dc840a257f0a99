import { explainMicrosoftError, isMicrosoftError } from '../microsoft/index.ts'
import { fail } from './errors.ts'

const declined = new Set(['authorization_declined'])
const expired = new Set(['expired_token', 'code_expired', 'bad_verification_code'])
/** Conditional Access, device rules and security defaults. Chooses words only: that the code has ended is certain already. */
const policies = new Set([50097, 53000, 53001, 53002, 53003, 53004, 53011, 530002, 530003, 530032, 530035])

/**
 * Why nobody will sign in with a one-time code any more, with what to do in this process. Everything else that Microsoft says
 * is explained by its own words already.
 */
export function codeProblem(error: unknown): unknown {
  if (!isMicrosoftError(error)) return error
  const { oauthError = '', aadsts } = error.microsoft
  if (declined.has(oauthError)) return fail('ONB_CODE_DECLINED', {}, error)
  if (expired.has(oauthError)) return fail('ONB_CODE_EXPIRED', {}, error)
  if (aadsts !== undefined && policies.has(aadsts)) {
    const { happened, why } = explainMicrosoftError(error.microsoft)
    return fail('ONB_CODE_BLOCKED', { happened, why }, error)
  }
  return error
}
