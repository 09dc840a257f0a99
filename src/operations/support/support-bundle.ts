/**
 * What helps somebody who helps: versions, settings by their kind, the doctor's findings, the database's shape, ended runs, the end of the log. Made
 * of what is named here and nothing else, so that no secret, name, address or subject gets in: organizations are ids, settings are yes or no.
 */
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { sql } from 'kysely'
import type { Configuration } from '../../config/index.ts'
import { appliedMigrations, type Database, missingMigrations } from '../../database/index.ts'
import type { Finding } from '../doctor/finding.ts'

const mostRuns = 50
const mostLogLines = 2_000

export async function collectSupport(parts: {
  configuration: Configuration
  db: Database | null
  findings: readonly Finding[]
  version: string
  now: Date
  /** The server's log as JSON lines; null when it is kept elsewhere. */
  logFile: string | null
  /** Takes out what looks like a secret. */
  redact: (text: string) => string
}) {
  const { configuration, db, findings, version, now, logFile } = parts
  const scrub = (text: string) => withoutPeople(parts.redact(text))
  return {
    createdAt: now.toISOString(),
    versions: {
      server: version,
      node: process.version,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
    settings: settingsOf(configuration),
    findings: findings.map(({ check, state, text }) => ({ check: scrub(check), state, text: scrub(text) })),
    database: db && (await shapeOf(db)),
    runs: db && (await runsOf(db)),
    log: logFile === null ? null : logOf(readFileSync(logFile, 'utf8'), scrub),
  }
}

function settingsOf(configuration: Configuration) {
  const { vault, vaultLock, logLevel, port, trustedProxy, allowedHosts, auditLog, key } = configuration
  return {
    port,
    logLevel,
    vault: /^([a-z][a-z0-9]+):/.exec(vault)?.[1] ?? 'folder',
    vaultLock,
    database: configuration.databaseUrl === null ? 'embedded' : 'own',
    key: 'file' in key ? 'file' : 'environment',
    tls: configuration.tls === null ? false : configuration.tls.selfSigned ? 'self-signed' : 'files',
    proxy: configuration.proxy !== null,
    certificateAuthority: configuration.certificateAuthority !== null,
    clouds: configuration.clouds !== null,
    trustedProxies: trustedProxy.length,
    allowedHosts: allowedHosts.length,
    auditLog: auditLog !== null,
    metrics: configuration.metrics !== null,
  }
}

async function shapeOf(db: Database) {
  const tables = await sql<{ name: string; rows: number; bytes: number }>`
    select relname as name, greatest(reltuples, 0)::bigint as rows, pg_total_relation_size(c.oid) as bytes
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname in ('public', 'pgboss') order by 1`.execute(db)
  const server = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(
    db,
  )
  const organizations = await sql<{ cloud: string; state: string; count: number }>`
    select cloud, state, count(*) as count from organizations group by 1, 2 order by 1, 2`.execute(db)
  return {
    version: server.rows[0]?.version,
    migrations: await appliedMigrations(db),
    missing: await missingMigrations(db),
    tables: tables.rows,
    organizations: organizations.rows,
  }
}

/** Of errors the code alone: their words may name people. */
async function runsOf(db: Database) {
  const { rows } = await sql`
    select id, organization_id, sequence, state, epoch, created_at, started_at, finished_at, counts, items_expected,
      error->>'code' as error_code
    from runs order by created_at desc limit ${mostRuns}`.execute(db)
  return rows
}

/** Fields that say what happened, not to whom; of addresses the path without what was searched, of errors where they came from. */
function logOf(text: string, scrub: (text: string) => string) {
  const lines = text.trimEnd().split('\n').slice(-mostLogLines)
  return lines.flatMap((line) => {
    let entry: Record<string, unknown>
    try {
      entry = Object(JSON.parse(line)) as Record<string, unknown>
    } catch {
      return []
    }
    const { level, time, msg, code, status, method, url, milliseconds, runId, requestId, err } = entry
    const { type, code: errorCode, stack } = Object(err) as Record<string, unknown>
    const frames =
      typeof stack === 'string' ? stack.split('\n').filter((one) => /^\s+at /.test(one)) : undefined
    return [
      {
        level,
        time,
        msg: typeof msg === 'string' ? scrub(msg) : undefined,
        code,
        status,
        method,
        path: typeof url === 'string' ? scrub(url.split(/[?#]/)[0] ?? '') : undefined,
        milliseconds,
        runId,
        requestId,
        ...(err === undefined ? {} : { err: { type, code: errorCode, frames } }),
      },
    ]
  })
}

/** Addresses of mail, and of machines other than this one. */
function withoutPeople(text: string): string {
  return text
    .replaceAll(/(?<![^\s@"'<>(),;:])[^\s@"'<>(),;:]+@[^\s@"'<>(),;:]+/g, '[address]')
    .replaceAll(/\b(?!127\.)\d{1,3}(?:\.\d{1,3}){3}\b/g, '[ip]')
}
