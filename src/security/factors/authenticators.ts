/**
 * One-time passwords of authenticator apps: TOTP (RFC 6238) with what every app takes, SHA-1, six digits, 30 seconds. A code counts
 * one step early or late, and once: the last step taken is kept, and moves only forward (RFC 6238, section 5.2).
 */
import { Secret, TOTP } from 'otpauth'
import type { NewAuthenticator } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from '../errors.ts'
import type { SecretBox } from '../secret-box.ts'

export interface Authenticators {
  /** When the operator's app was set up, or null. */
  enrolledAt(operatorId: string): Promise<Date | null>
  /** A new key, to be confirmed within 15 minutes. One that is in use stays so until then. */
  begin(operator: { readonly id: string; readonly userName: string }): Promise<NewAuthenticator>
  /** Takes the new key into use. Throws SEC_AUTHENTICATOR_NOT_BEGUN, SEC_CODE_WRONG. */
  confirm(operatorId: string, code: string): Promise<void>
  /** Whether the code is right now and was not used before; it is used up by that, however many ask at once. */
  take(operatorId: string, code: string): Promise<boolean>
  remove(operatorId: string): Promise<void>
}

const period = 30
const keyBytes = 20
const confirmWithin = 15 * 60_000

export function createAuthenticators(parts: {
  db: Database
  clock: Clock
  secrets: SecretBox
  /** What the app shows beside the user name, to tell several servers apart. */
  issuer: string
}): Authenticators {
  const { db, clock, secrets, issuer } = parts
  const contextOf = (operatorId: string) => `authenticator:${operatorId}`
  const rowOf = (operatorId: string) =>
    db.selectFrom('authenticators').selectAll().where('operator_id', '=', operatorId).executeTakeFirst()

  /** The time step that a code belongs to, or null. */
  function stepOf(sealed: Buffer, operatorId: string, code: string): number | null {
    const digits = code.replaceAll(/\s/g, '')
    if (!/^\d{6}$/.test(digits)) return null
    const secret = new Secret({ buffer: exactBuffer(secrets.open(sealed, contextOf(operatorId))) })
    const timestamp = clock.now()
    const late = new TOTP({ secret, period }).validate({ token: digits, timestamp, window: 1 })
    return late === null ? null : Math.floor(timestamp / 1000 / period) + late
  }

  return {
    enrolledAt: async (operatorId) => (await rowOf(operatorId))?.enrolled_at ?? null,

    begin: async ({ id, userName }) => {
      const secret = new Secret({ size: keyBytes })
      const expiresAt = new Date(clock.now() + confirmWithin)
      const pending = {
        pending_sealed: secrets.seal(secret.bytes, contextOf(id)),
        pending_until: expiresAt,
      }
      await db
        .insertInto('authenticators')
        .values({ operator_id: id, sealed: null, last_step: -1, enrolled_at: null, ...pending })
        .onConflict((conflict) => conflict.column('operator_id').doUpdateSet(pending))
        .execute()
      const address = new TOTP({ issuer, label: userName, secret, period }).toString()
      return { key: secret.base32, address, expiresAt: expiresAt.toISOString() }
    },

    confirm: async (operatorId, code) => {
      const row = await rowOf(operatorId)
      const now = new Date(clock.now())
      if (!row?.pending_sealed || !row.pending_until || row.pending_until <= now) {
        throw fail('SEC_AUTHENTICATOR_NOT_BEGUN')
      }
      const step = stepOf(row.pending_sealed, operatorId, code)
      if (step === null) throw fail('SEC_CODE_WRONG')
      const confirmed = await db
        .updateTable('authenticators')
        .set({
          sealed: row.pending_sealed,
          last_step: step,
          enrolled_at: now,
          pending_sealed: null,
          pending_until: null,
        })
        .where('operator_id', '=', operatorId)
        // Another page may have begun anew meanwhile.
        .where('pending_sealed', '=', row.pending_sealed)
        .returning('operator_id')
        .executeTakeFirst()
      if (!confirmed) throw fail('SEC_AUTHENTICATOR_NOT_BEGUN')
    },

    take: async (operatorId, code) => {
      const row = await rowOf(operatorId)
      if (!row?.sealed) return false
      const step = stepOf(row.sealed, operatorId, code)
      if (step === null) return false
      const taken = await db
        .updateTable('authenticators')
        .set({ last_step: step })
        .where('operator_id', '=', operatorId)
        .where('last_step', '<', step)
        .where('sealed', '=', row.sealed)
        .returning('operator_id')
        .executeTakeFirst()
      return taken !== undefined
    },

    remove: async (operatorId) => {
      await db.deleteFrom('authenticators').where('operator_id', '=', operatorId).execute()
    },
  }
}

/** Buffers share larger pools; the library takes the whole of what it is given. */
function exactBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
