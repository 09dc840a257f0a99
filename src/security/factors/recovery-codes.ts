/**
 * Recovery codes: for who has lost the other factors. Each has 80 random bits, so that a plain hash keeps it as well as a slow one
 * would, and works once.
 */
import { randomBytes } from 'node:crypto'
import type { Database } from '../../database/index.ts'
import { hashOfToken } from '../token-hash.ts'

export interface RecoveryCodes {
  left(operatorId: string): Promise<number>
  /** Ten new ones; the ones before work no more. */
  renew(operatorId: string): Promise<string[]>
  /** Whether it is one of the operator's; it is used up by that, however many ask at once. */
  take(operatorId: string, code: string): Promise<boolean>
  remove(operatorId: string): Promise<void>
}

const number = 10
/** Letters and digits that cannot be taken for one another (Crockford's base 32). */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 16

export function createRecoveryCodes({ db }: { db: Database }): RecoveryCodes {
  return {
    left: async (operatorId) => {
      const { count } = await db
        .selectFrom('recovery_codes')
        .select((e) => e.fn.countAll<string>().as('count'))
        .where('operator_id', '=', operatorId)
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    renew: async (operatorId) => {
      const codes = Array.from({ length: number }, newCode)
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('recovery_codes').where('operator_id', '=', operatorId).execute()
        await transaction
          .insertInto('recovery_codes')
          .values(codes.map((code) => ({ operator_id: operatorId, code_hash: hashOf(operatorId, code) })))
          .execute()
      })
      return codes
    },
    take: async (operatorId, code) => {
      const used = await db
        .deleteFrom('recovery_codes')
        .where('operator_id', '=', operatorId)
        .where('code_hash', '=', hashOf(operatorId, code))
        .returning('operator_id')
        .executeTakeFirst()
      return used !== undefined
    },
    remove: async (operatorId) => {
      await db.deleteFrom('recovery_codes').where('operator_id', '=', operatorId).execute()
    },
  }
}

function newCode(): string {
  const characters = [...randomBytes(length)].map((byte) => alphabet[byte % 32] ?? '0').join('')
  return characters.match(/.{4}/g)?.join('-') ?? characters
}

/** However it is typed: case, spaces and dashes do not count, nor do O, I and L for 0 and 1. */
function hashOf(operatorId: string, code: string): Buffer {
  const typed = code
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  return hashOfToken(`${operatorId} ${typed}`)
}
