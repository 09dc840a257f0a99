/** Credentials that end, and what the checks of organizations found. */
import type { Condition } from '../alert-book.ts'
import { type Look, timeText } from './context.ts'

const dayMs = 86_400_000
/** Days before the end at which it is told again. */
const thresholds = [1, 7, 14, 30]

export const lookAtOrganizations: Look = async ({ db, now }) => {
  const rows = await db
    .selectFrom('organizations')
    .select(['id', 'name', 'credential_kind', 'credential_expires_at', 'drift'])
    .where('state', '=', 'active')
    .execute()
  return rows.flatMap((row): Condition[] => [
    ...credential(row.id, row.name, row.credential_kind, row.credential_expires_at, now),
    ...drift(row.id, row.name, row.drift),
  ])
}

function credential(
  id: string,
  name: string,
  kind: 'password' | 'certificate',
  endsAt: Date | null,
  now: number,
): Condition[] {
  if (endsAt === null) return []
  const about = { subject: id, organizationId: id, facts: { endsAt: endsAt.toISOString() } }
  const left = endsAt.getTime() - now
  const detail = `The ${kind} ends ${timeText(endsAt)}.`
  if (left <= 0) {
    return [
      {
        ...about,
        kind: 'credential-expired',
        title: `The credential of ${name} has expired`,
        detail: detail.replace(' ends ', ' ended '),
        occurrence: endsAt.toISOString(),
      },
    ]
  }
  const threshold = thresholds.find((days) => left <= days * dayMs)
  if (threshold === undefined) return []
  const days = Math.ceil(left / dayMs)
  return [
    {
      ...about,
      kind: 'credential-expiring',
      title: `The credential of ${name} expires in ${days === 1 ? 'one day' : `${days} days`}`,
      detail,
      occurrence: `${endsAt.toISOString()} ${threshold}`,
      severity: threshold <= 7 ? 'critical' : 'warning',
    },
  ]
}

interface Finding {
  readonly kind: string
  readonly severity: 'information' | 'warning' | 'error'
  readonly subject: string | null
  readonly title: string
}

function drift(id: string, name: string, findings: readonly Finding[]): Condition[] {
  // Of the end of the credential other alerts tell.
  const found = findings.filter(
    ({ kind, severity }) => severity !== 'information' && !/^credential-(expired|expiring)$/.test(kind),
  )
  if (found.length === 0) return []
  return [
    {
      kind: 'drift-found',
      subject: id,
      organizationId: id,
      title: `The application in ${name} is not as it was left`,
      detail: found
        .slice(0, 10)
        .map(({ title }) => title)
        .join(' '),
      occurrence: found
        .map(({ kind, subject }) => `${kind} ${subject ?? ''}`)
        .sort()
        .join('\n'),
      severity: found.some(({ severity }) => severity === 'error') ? 'critical' : 'warning',
      facts: { findings: found.length },
    },
  ]
}
