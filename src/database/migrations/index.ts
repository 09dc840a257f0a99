import type { Migration } from 'kysely/migration'
import * as security from './001-security.ts'
import * as organizations from './002-organizations.ts'
import * as backups from './003-backups.ts'
import * as restores from './004-restores.ts'

/** Every migration in the order of its name. A released one is never edited: add the next number instead. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-security': security,
  '002-organizations': organizations,
  '003-backups': backups,
  '004-restores': restores,
}
