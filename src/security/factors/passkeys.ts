/**
 * Passkeys (Web Authentication): several for each operator, discoverable, so that no user name is needed, and always with user
 * verification (PIN or biometrics), so that one stands for two factors. No attestation is asked for: which maker's device it is, is
 * the operator's affair.
 */
import { randomUUID } from 'node:crypto'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Selectable } from 'kysely'
import type {
  OperatorView,
  PasskeyAssertion,
  PasskeyOptions,
  PasskeyRegistration,
  PasskeyView,
} from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import { operatorView } from '../operator-row.ts'
import { type ChallengePurpose, challengeLifetime, createPasskeyChallenges } from './passkey-challenges.ts'
import type { PasskeyPlace } from './passkey-place.ts'

type AuthenticationPurpose = Exclude<ChallengePurpose, 'registration'>

/** One who answers a challenge: where the console is open, and in which session or browser. */
export interface PasskeyAsker {
  readonly place: PasskeyPlace
  readonly boundTo: string
}

export interface Passkeys {
  list(operatorId: string): Promise<PasskeyView[]>
  /** Whether there is one that works at the place. */
  worksAt(operatorId: string, place: PasskeyPlace): Promise<boolean>
  registrationOptions(operator: OperatorView, asker: PasskeyAsker): Promise<PasskeyOptions>
  /** Throws SEC_PASSKEY_OVER, SEC_PASSKEY_REFUSED, SEC_PASSKEY_KNOWN, SEC_PASSKEY_LIMIT. */
  register(operatorId: string, registration: PasskeyRegistration, asker: PasskeyAsker): Promise<PasskeyView>
  /** Throws SEC_PASSKEY_UNKNOWN. */
  rename(operatorId: string, id: string, name: string): Promise<PasskeyView>
  remove(operatorId: string, id: string): Promise<void>
  /** For one operator's passkeys, or with null for any that the browser has for this server. */
  options(
    purpose: AuthenticationPurpose,
    operatorId: string | null,
    asker: PasskeyAsker,
  ): Promise<PasskeyOptions>
  /** Whose passkey answered. Throws SEC_PASSKEY_OVER, SEC_PASSKEY_REFUSED. */
  verify(
    purpose: AuthenticationPurpose,
    operatorId: string | null,
    assertion: PasskeyAssertion,
    asker: PasskeyAsker,
  ): Promise<{ operator: OperatorView; passkey: PasskeyView }>
  sweep(): Promise<void>
}

const most = 50
/** EdDSA, ES256, RS256 (COSE): what devices of today sign with. */
const supportedAlgorithmIDs = [-8, -7, -257]
const userVerification = 'required'

export function createPasskeys(parts: { db: Database; clock: Clock; issuer: string }): Passkeys {
  const { db, clock, issuer } = parts
  const challenges = createPasskeyChallenges(parts)
  const rowsOf = (operatorId: string) =>
    db
      .selectFrom('passkeys')
      .selectAll()
      .where('operator_id', '=', operatorId)
      .orderBy('created_at')
      .limit(most)
      .execute()

  /** The challenge that is answered, used up. */
  async function takeChallenge(
    clientDataJSON: string,
    purpose: ChallengePurpose,
    boundTo: string,
  ): Promise<string> {
    const challenge = challengeIn(clientDataJSON)
    if (!(await challenges.take(challenge, purpose, boundTo))) throw fail('SEC_PASSKEY_OVER')
    return challenge
  }

  return {
    list: async (operatorId) => (await rowsOf(operatorId)).map(view),
    worksAt: async (operatorId, { rpId }) => (await rowsOf(operatorId)).some((row) => row.rp_id === rpId),

    registrationOptions: async (operator, { place, boundTo }) => {
      const known = (await rowsOf(operator.id)).filter((row) => row.rp_id === place.rpId)
      const options = await generateRegistrationOptions({
        rpName: issuer,
        rpID: place.rpId,
        userName: operator.userName,
        userDisplayName: operator.displayName,
        userID: userHandle(operator.id),
        timeout: challengeLifetime,
        attestationType: 'none',
        supportedAlgorithmIDs,
        excludeCredentials: known.map(descriptor),
        authenticatorSelection: { residentKey: 'required', userVerification },
      })
      await challenges.issue(options.challenge, 'registration', boundTo)
      return options
    },

    register: async (operatorId, { name, response }, { place, boundTo }) => {
      const expectedChallenge = await takeChallenge(response.response.clientDataJSON, 'registration', boundTo)
      const { verified, registrationInfo } = await orRefused(
        verifyRegistrationResponse({
          response,
          expectedChallenge,
          expectedOrigin: place.origin,
          expectedRPID: place.rpId,
          requireUserVerification: true,
          supportedAlgorithmIDs,
        }),
      )
      if (!verified) throw fail('SEC_PASSKEY_REFUSED', { reason: 'its answer is not valid' })
      if ((await rowsOf(operatorId)).length >= most) throw fail('SEC_PASSKEY_LIMIT', { most })
      const { credential, credentialBackedUp } = registrationInfo
      const row = await db
        .insertInto('passkeys')
        .values({
          id: randomUUID(),
          operator_id: operatorId,
          credential_id: credential.id,
          public_key: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: [...(credential.transports ?? [])],
          rp_id: place.rpId,
          name,
          backed_up: credentialBackedUp,
          created_at: new Date(clock.now()),
          last_used_at: null,
        })
        .onConflict((conflict) => conflict.column('credential_id').doNothing())
        .returningAll()
        .executeTakeFirst()
      if (!row) throw fail('SEC_PASSKEY_KNOWN')
      return view(row)
    },

    rename: async (operatorId, id, name) => {
      const row = await db
        .updateTable('passkeys')
        .set({ name })
        .where('id', '=', id)
        .where('operator_id', '=', operatorId)
        .returningAll()
        .executeTakeFirst()
      if (!row) throw fail('SEC_PASSKEY_UNKNOWN')
      return view(row)
    },

    remove: async (operatorId, id) => {
      const row = await db
        .deleteFrom('passkeys')
        .where('id', '=', id)
        .where('operator_id', '=', operatorId)
        .returning('id')
        .executeTakeFirst()
      if (!row) throw fail('SEC_PASSKEY_UNKNOWN')
    },

    options: async (purpose, operatorId, { place, boundTo }) => {
      const known = operatorId === null ? [] : await rowsOf(operatorId)
      const options = await generateAuthenticationOptions({
        rpID: place.rpId,
        timeout: challengeLifetime,
        userVerification,
        allowCredentials: known.filter((row) => row.rp_id === place.rpId).map(descriptor),
      })
      await challenges.issue(options.challenge, purpose, boundTo)
      return options
    },

    verify: async (purpose, operatorId, assertion, { place, boundTo }) => {
      const expectedChallenge = await takeChallenge(assertion.response.clientDataJSON, purpose, boundTo)
      const row = await db
        .selectFrom('passkeys')
        .innerJoin('operators', 'operators.id', 'passkeys.operator_id')
        .selectAll('passkeys')
        .select(['operators.user_name', 'operators.display_name', 'operators.role'])
        .where('credential_id', '=', assertion.id)
        .where('rp_id', '=', place.rpId)
        .where('operators.state', '=', 'active')
        .executeTakeFirst()
      if (!row || (operatorId !== null && row.operator_id !== operatorId)) {
        throw fail('SEC_PASSKEY_REFUSED', { reason: 'this server does not know it' })
      }
      const { verified, authenticationInfo } = await orRefused(
        verifyAuthenticationResponse({
          response: assertion,
          expectedChallenge,
          expectedOrigin: place.origin,
          expectedRPID: place.rpId,
          requireUserVerification: true,
          credential: {
            id: row.credential_id,
            publicKey: new Uint8Array(row.public_key),
            counter: Number(row.counter),
          },
        }),
      )
      if (!verified) throw fail('SEC_PASSKEY_REFUSED', { reason: 'its signature is wrong' })
      const { newCounter, credentialBackedUp } = authenticationInfo
      // Some count nothing and stay at 0. One that counts and goes back was copied; two answers at once are told apart here.
      const used = await db
        .updateTable('passkeys')
        .set({ counter: newCounter, backed_up: credentialBackedUp, last_used_at: new Date(clock.now()) })
        .where('id', '=', row.id)
        .where((where) => where.or([where('counter', '<', String(newCounter)), where('counter', '=', '0')]))
        .returningAll()
        .executeTakeFirst()
      if (!used)
        throw fail('SEC_PASSKEY_REFUSED', { reason: 'its counter went back, as that of a copy would' })
      return { operator: operatorView({ ...row, id: row.operator_id }), passkey: view(used) }
    },
    sweep: () => challenges.sweep(),
  }
}

type Row = Selectable<DatabaseSchema['passkeys']>

function view(row: Row): PasskeyView {
  return {
    id: row.id,
    name: row.name,
    host: row.rp_id,
    synced: row.backed_up,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  }
}

function descriptor(row: Row): { id: string; transports: string[] } {
  return { id: row.credential_id, transports: row.transports }
}

/** What an authenticator keeps to name the account: the operator's id, which is nobody's name. */
function userHandle(operatorId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(operatorId.replaceAll('-', ''), 'hex'))
}

/** The challenge that a browser says it answered; whether it was out is looked up. */
function challengeIn(clientDataJSON: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge?: unknown
    }
    if (typeof challenge === 'string') return challenge
  } catch {
    // Not what a browser sends.
  }
  throw fail('SEC_PASSKEY_REFUSED', { reason: 'its answer cannot be read' })
}

/** The library throws for whatever does not fit. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw fail('SEC_PASSKEY_REFUSED', { reason: 'its answer does not fit this server' }, error)
  }
}
