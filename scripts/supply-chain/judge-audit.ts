/** What `npm audit --json` says, held against the written exceptions. */

export interface AuditException {
  /** GHSA id of the advisory. */
  readonly advisory: string
  /** Why it does no harm here, or why nothing can be done yet. */
  readonly reason: string
  /** Day (yyyy-mm-dd) from which it counts no longer. */
  readonly until: string
}

interface Advisory {
  readonly url?: string
  readonly title?: string
  readonly severity?: string
  readonly name?: string
}

/** What is left when the exceptions are taken away, as sentences; null when the registry gave no report. */
export function judgeAudit(
  report: unknown,
  exceptions: readonly AuditException[],
  today: string,
): string[] | null {
  const { vulnerabilities } = Object(report) as {
    vulnerabilities?: Record<string, { via?: (string | Advisory)[] }>
  }
  if (vulnerabilities === undefined) return null
  const found = new Map<string, string>()
  for (const { via = [] } of Object.values(vulnerabilities)) {
    for (const advisory of via) {
      // A name says that the advisory stands with that package.
      if (typeof advisory === 'string') continue
      const id = /GHSA(-\w{4}){3}/.exec(advisory.url ?? '')?.[0] ?? `${advisory.name}: ${advisory.title}`
      found.set(id, `${id}: ${advisory.name}, ${advisory.severity}: ${advisory.title}`)
    }
  }
  const sentences = exceptions.flatMap(({ advisory, until }) => {
    const over = until <= today
    if (found.delete(advisory)) return over ? [`${advisory}: the exception ended on ${until}`] : []
    return [`${advisory}: the exception is no longer needed`]
  })
  return [...found.values(), ...sentences]
}
