import type { Problem } from '../contract/index.ts'
import { AppError } from '../errors/index.ts'
import { plain } from './terminal.ts'

/** An error that the server told: the same code, words and remedy, and what Microsoft's support asks for. */
export class ProblemError extends AppError {
  readonly problem: Problem

  /** `lead` goes before the title, `leftovers` after the remedy. */
  constructor(
    problem: Problem,
    { lead, leftovers = [] }: { lead?: string; leftovers?: readonly string[] } = {},
  ) {
    super(
      problem.code,
      {
        kind: problem.kind,
        status: problem.status,
        message: '{lead}{title}',
        why: '{why}',
        remedy: '{detail}',
      },
      {
        lead: lead === undefined ? '' : `${lead} `,
        title: problem.title,
        why: problem.why ?? '',
        detail: [problem.detail, ...leftovers].join(' '),
      },
    )
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** An error as JSON, for scripts. */
export function errorJson(error: AppError) {
  const { code, what, why, remedy } = error
  const microsoft = error instanceof ProblemError ? error.problem.microsoft : undefined
  return { code, message: what, ...(why !== null && { why }), remedy, ...(microsoft && { microsoft }) }
}

/** An error for a person: what happened, why, what to do, and the lines for Microsoft's support. */
export function errorLines(error: AppError): string[] {
  const { code, what, why, remedy } = error
  const lines = [`${code}: ${what}`, ...(why === null ? [] : [why]), remedy]
  const problem = error instanceof ProblemError ? error.problem : undefined
  if (problem?.microsoft) {
    const { microsoft } = problem
    const details = [
      ['Error', [microsoft.code, microsoft.message].filter(Boolean).join(': ')],
      ['Correlation ID', microsoft.correlationId],
      ['Request ID', microsoft.requestId],
      ['Time', microsoft.time],
    ] as const
    lines.push('Details for Microsoft support:')
    for (const [name, value] of details) if (value) lines.push(`  ${name}: ${value}`)
  }
  return lines.map(plain)
}
