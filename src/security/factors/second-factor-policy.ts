/** Which roles have to have a second factor. Who has none meets nothing else until one is set up. */
import { sql } from 'kysely'
import type { Role } from '../../contract/index.ts'
import type { Settings } from '../settings.ts'

export interface SecondFactorPolicy {
  read(): Promise<Role[]>
  write(roles: readonly Role[]): Promise<void>
}

const name = 'second-factor-required'

export function createSecondFactorPolicy(settings: Pick<Settings, 'read' | 'write'>): SecondFactorPolicy {
  return {
    read: async () => {
      const found = await settings.read(name)
      return Array.isArray(found) ? (found as Role[]) : []
    },
    write: (roles) => settings.write(name, [...new Set(roles)]),
  }
}

/**
 * For queries over `operators`: whether one is missing. Who has no password comes by single sign-on, whose provider asks for what it
 * thinks right.
 */
export const secondFactorMissing = sql<boolean>`(
  operators.password_hash is not null
  and exists (select 1 from settings where name = ${name} and value @> to_jsonb(operators.role))
  and not exists (select 1 from authenticators a where a.operator_id = operators.id and a.sealed is not null)
  and not exists (select 1 from passkeys p where p.operator_id = operators.id)
)`
