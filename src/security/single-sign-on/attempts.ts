/** Sign-ins under way: each works once, within ten minutes, in the browser that began it. */
import { randomBytes } from 'node:crypto'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import type { SecretBox } from '../secret-box.ts'
import { hashOfToken } from '../token-hash.ts'
import { fail } from './errors.ts'
import type { PendingCode } from './provider.ts'

export interface NewAttempt {
  readonly purpose: 'sign-in' | 'link' | 'invitation' | 'proof'
  readonly issuer: string
  readonly redirectUri: string
  readonly returnTo: string
  readonly operatorId: string | null
  /** The session that is proved. */
  readonly sessionId: string | null
}

export interface Attempts {
  /** `browser` is the secret for the browser's cookie. */
  begin(attempt: NewAttempt): Promise<{ pending: PendingCode; browser: string }>
  /** `begunAt` in milliseconds since the epoch. Throws SSO_STATE, and leaves the attempt of another browser as it is. */
  take(
    state: string,
    browser: string,
  ): Promise<NewAttempt & { readonly pending: PendingCode; readonly begunAt: number }>
  sweep(): Promise<void>
}

export const attemptLifetime = 10 * 60_000

export function createAttempts(parts: { db: Database; clock: Clock; secrets: SecretBox }): Attempts {
  const { db, clock, secrets } = parts
  const contextOf = (stateHash: Buffer) => `single-sign-on attempt:${stateHash.toString('hex')}`
  const random = () => randomBytes(32).toString('base64url')
  return {
    begin: async (attempt) => {
      const [state, nonce, verifier, browser] = [random(), random(), random(), random()]
      const stateHash = hashOfToken(state)
      await db
        .insertInto('single_sign_on_attempts')
        .values({
          state_hash: stateHash,
          browser_hash: hashOfToken(browser),
          secrets_sealed: secrets.seal(JSON.stringify([nonce, verifier]), contextOf(stateHash)),
          issuer: attempt.issuer,
          redirect_uri: attempt.redirectUri,
          return_to: attempt.returnTo,
          purpose: attempt.purpose,
          operator_id: attempt.operatorId,
          session_id: attempt.sessionId,
          expires_at: new Date(clock.now() + attemptLifetime),
        })
        .execute()
      return { pending: { redirectUri: attempt.redirectUri, state, nonce, verifier }, browser }
    },
    take: async (state, browser) => {
      const stateHash = hashOfToken(state)
      const row = await db
        .deleteFrom('single_sign_on_attempts')
        .where('state_hash', '=', stateHash)
        .where('browser_hash', '=', hashOfToken(browser))
        .where('expires_at', '>', new Date(clock.now()))
        .returningAll()
        .executeTakeFirst()
      if (!row) throw fail('SSO_STATE')
      const opened = secrets.open(row.secrets_sealed, contextOf(stateHash)).toString('utf8')
      const [nonce, verifier] = JSON.parse(opened) as [string, string]
      return {
        purpose: row.purpose,
        issuer: row.issuer,
        redirectUri: row.redirect_uri,
        returnTo: row.return_to,
        operatorId: row.operator_id,
        sessionId: row.session_id,
        begunAt: row.expires_at.getTime() - attemptLifetime,
        pending: { redirectUri: row.redirect_uri, state, nonce, verifier },
      }
    },
    sweep: async () => {
      await db
        .deleteFrom('single_sign_on_attempts')
        .where('expires_at', '<=', new Date(clock.now()))
        .execute()
    },
  }
}
