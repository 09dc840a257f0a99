import type { Problem } from '../contract/index.ts'
import { AppError } from '../errors/index.ts'
import { microsoftProblem } from '../microsoft/index.ts'
import { fail } from './errors.ts'

/** An error as it is kept with a record and shown. Errors that are not ours become a general one: their text may hold anything. */
export function toProblem(error: unknown): Problem {
  const known = error instanceof AppError ? error : fail('ORG_UNEXPECTED', {}, error)
  const microsoft = microsoftProblem(known) ?? microsoftProblem(known.cause)
  return {
    type: `docs/errors.md#${known.code.toLowerCase()}`,
    title: known.what,
    ...(known.why !== null && { why: known.why }),
    status: known.status,
    code: known.code,
    kind: known.kind,
    detail: known.remedy,
    ...(microsoft && { microsoft }),
  }
}
