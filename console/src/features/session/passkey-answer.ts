import { WebAuthnError } from '@simplewebauthn/browser'
import { ApiError, passkeyCancelled, passkeyThere } from '../../api/problem.ts'

/** What the browser answers; its own refusals become problems to show. */
export async function passkeyAnswer<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
      throw new ApiError(passkeyThere())
    }
    if (error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')) {
      throw new ApiError(passkeyCancelled())
    }
    throw error
  }
}
