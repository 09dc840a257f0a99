/** Challenges for passkeys: each for one purpose and one session or browser, for five minutes, and answered once. */
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { hashOfToken } from '../token-hash.ts'

export type ChallengePurpose = 'registration' | 'sign-in' | 'second-step' | 'proof'

export interface PasskeyChallenges {
  /** `boundTo` is what the one who answers must bring: the id of the session, or a token of the browser. */
  issue(challenge: string, purpose: ChallengePurpose, boundTo: string): Promise<void>
  /** Whether it was out, for this purpose and session; it is used up by that, however many ask at once. */
  take(challenge: string, purpose: ChallengePurpose, boundTo: string): Promise<boolean>
  sweep(): Promise<void>
}

export const challengeLifetime = 5 * 60_000

export function createPasskeyChallenges({ db, clock }: { db: Database; clock: Clock }): PasskeyChallenges {
  const sweep = async () => {
    await db.deleteFrom('passkey_challenges').where('expires_at', '<=', new Date(clock.now())).execute()
  }
  return {
    sweep,
    issue: async (challenge, purpose, boundTo) => {
      // Anybody may ask for one before signing in: old ones must not pile up.
      await sweep()
      await db
        .insertInto('passkey_challenges')
        .values({
          challenge_hash: hashOfToken(challenge),
          purpose,
          bound_to: hashOfToken(boundTo),
          expires_at: new Date(clock.now() + challengeLifetime),
        })
        .execute()
    },
    take: async (challenge, purpose, boundTo) => {
      const taken = await db
        .deleteFrom('passkey_challenges')
        .where('challenge_hash', '=', hashOfToken(challenge))
        .where('purpose', '=', purpose)
        .where('bound_to', '=', hashOfToken(boundTo))
        .where('expires_at', '>', new Date(clock.now()))
        .returning('purpose')
        .executeTakeFirst()
      return taken !== undefined
    },
  }
}
