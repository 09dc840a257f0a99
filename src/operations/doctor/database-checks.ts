/** The database: reachable, new enough, migrated, and of the same opinion about the time. */
import { sql } from 'kysely'
import {
  appliedMigrations,
  type Database,
  missingMigrations,
  unknownMigrations,
} from '../../database/index.ts'
import { type Finding, problem, reasonOf, warning, well } from './finding.ts'

const oldest = 15
/** Tokens of Microsoft are refused at five minutes. */
const mostDrift = 60_000

export async function checkDatabase(db: Database, now: () => number): Promise<Finding[]> {
  const check = 'database'
  let row: { version: number; at: Date } | undefined
  const before = now()
  try {
    const { rows } = await sql<{ version: number; at: Date }>`
      select current_setting('server_version_num')::int as version, clock_timestamp() as at`.execute(db)
    row = rows[0]
  } catch (error) {
    return [
      problem(
        check,
        `does not answer: ${reasonOf(error)}`,
        'Check that PostgreSQL runs and that DATABASE_URL names it.',
      ),
    ]
  }
  const major = Math.floor((row?.version ?? 0) / 10_000)
  const version =
    major >= oldest
      ? well(check, `PostgreSQL ${major}`)
      : problem(check, `PostgreSQL ${major} is too old`, `Use PostgreSQL ${oldest} or newer.`)
  const drift = Math.abs((row?.at.getTime() ?? 0) - (before + now()) / 2)
  return [version, judgeClock('clock and database', drift), ...(await checkMigrations(db))]
}

export function judgeClock(check: string, drift: number): Finding {
  const text = `differ by ${Math.round(drift / 1000)} seconds`
  return drift < mostDrift
    ? well(check, text)
    : problem(check, text, 'Synchronize the clock of this machine (timedatectl set-ntp true, chrony).')
}

async function checkMigrations(db: Database): Promise<Finding[]> {
  const check = 'migrations'
  const applied = await appliedMigrations(db)
  const newer = unknownMigrations(applied)
  if (newer.length > 0) {
    return [
      problem(
        check,
        `${newer.join(', ')} is of a newer server`,
        'Start that version, or restore the state that was saved before the upgrade.',
      ),
    ]
  }
  const missing = await missingMigrations(db)
  if (missing.length === 0) return [well(check, `all ${applied.length} are there`)]
  return [
    warning(
      check,
      `${missing.length} are missing`,
      'The next start of the server makes up for them, after saving the state.',
    ),
  ]
}
