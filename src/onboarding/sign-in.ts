/**
 * The browser's way to Microsoft and back. `state` and nonce are 256 random bits, work once, for half an hour, and only in
 * the session that started the sign-in; the database keeps a hash of `state` and a sealed copy of nonce and PKCE verifier, so
 * that a return finds its way after a restart of the server, and a reader of the database cannot use it. Neither
 * code nor state is ever logged.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../database/index.ts'
import { createPkcePair } from '../microsoft/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'

const lifetimeMs = 30 * 60 * 1000

/** What an administrator signs in for. */
export interface SignInSubject {
  readonly kind: 'onboarding' | 'task'
  readonly id: string
}

/** What has to be remembered of a sign-in under way. */
export interface PendingSignIn {
  readonly subject: SignInSubject
  readonly redirectUri: string
  readonly nonce: string
  readonly codeVerifier: string
  /** Tenant the sign-in was limited to, if any. */
  readonly tenant: string | null
  /** The application that it goes through. */
  readonly clientId: string
}

export interface StartedSignIn extends PendingSignIn {
  readonly state: string
  readonly codeChallenge: string
}

export interface SignIns {
  /** Starts one; an earlier one for the same subject no longer counts. */
  start(input: {
    subject: SignInSubject
    sessionId: string
    redirectUri: string
    tenant: string | null
    clientId: string
  }): Promise<StartedSignIn>
  /** What `state` was given out for, without using it up. @throws ONB_SIGN_IN_UNKNOWN as `take` does */
  subjectOf(state: string, sessionId: string): Promise<SignInSubject>
  /** Redeems `state`. @throws ONB_SIGN_IN_UNKNOWN when it is unknown, used, too old or another session's */
  take(state: string, sessionId: string): Promise<PendingSignIn>
  /** Forgets those that are too old. */
  sweep(): Promise<void>
}

const random = () => randomBytes(32).toString('base64url')
const sha256 = (text: string) => createHash('sha256').update(text).digest()

export function createSignIns(db: Database, secrets: SecretBox, clock: Clock): SignIns {
  const context = (stateHash: string) => `sign-in:${stateHash}`
  return {
    start: async ({ subject, sessionId, redirectUri, tenant, clientId }) => {
      const state = random()
      const nonce = random()
      const { codeVerifier, codeChallenge } = createPkcePair()
      const stateHash = sha256(state).toString('hex')
      await db.transaction().execute(async (transaction) => {
        const column = subject.kind === 'task' ? 'task_id' : 'onboarding_id'
        await transaction.deleteFrom('sign_ins').where(column, '=', subject.id).execute()
        await transaction
          .insertInto('sign_ins')
          .values({
            state_hash: stateHash,
            onboarding_id: subject.kind === 'onboarding' ? subject.id : null,
            task_id: subject.kind === 'task' ? subject.id : null,
            session_hash: sha256(sessionId).toString('hex'),
            sealed: secrets.seal(
              JSON.stringify({ nonce, codeVerifier, tenant, clientId }),
              context(stateHash),
            ),
            redirect_uri: redirectUri,
            expires_at: new Date(clock.now() + lifetimeMs),
          })
          .execute()
      })
      return { subject, redirectUri, nonce, codeVerifier, tenant, clientId, state, codeChallenge }
    },
    subjectOf: async (state, sessionId) => {
      const row = await db
        .selectFrom('sign_ins')
        .select(['onboarding_id', 'task_id', 'expires_at'])
        .where('state_hash', '=', sha256(state).toString('hex'))
        .where('session_hash', '=', sha256(sessionId).toString('hex'))
        .executeTakeFirst()
      if (!row || row.expires_at.getTime() < clock.now()) throw fail('ONB_SIGN_IN_UNKNOWN')
      return subjectOf(row)
    },
    take: async (state, sessionId) => {
      const stateHash = sha256(state).toString('hex')
      // Another session's try does not use it up.
      const row = await db
        .deleteFrom('sign_ins')
        .where('state_hash', '=', stateHash)
        .where('session_hash', '=', sha256(sessionId).toString('hex'))
        .returningAll()
        .executeTakeFirst()
      if (!row || row.expires_at.getTime() < clock.now()) throw fail('ONB_SIGN_IN_UNKNOWN')
      const secret = JSON.parse(secrets.open(row.sealed, context(stateHash)).toString('utf8')) as Pick<
        PendingSignIn,
        'nonce' | 'codeVerifier' | 'tenant' | 'clientId'
      >
      return { subject: subjectOf(row), redirectUri: row.redirect_uri, ...secret }
    },
    sweep: async () => {
      await db.deleteFrom('sign_ins').where('expires_at', '<', new Date(clock.now())).execute()
    },
  }
}

function subjectOf(row: { onboarding_id: string | null; task_id: string | null }): SignInSubject {
  return row.task_id === null
    ? { kind: 'onboarding', id: row.onboarding_id ?? '' }
    : { kind: 'task', id: row.task_id }
}
