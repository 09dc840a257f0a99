/** The audit trail, read as a whole once a day. */
import type { Look } from './context.ts'

export const lookAtAuditTrail: Look = async ({ audit, signal }) => {
  const { problem } = await audit.verify(signal)
  if (problem === null) return []
  return [
    {
      kind: 'audit-trail-broken',
      subject: 'server',
      organizationId: null,
      title: 'The audit trail was tampered with',
      detail: `Entry ${problem.sequence} does not fit what was written (${problem.kind}).`,
      occurrence: `${problem.sequence} ${problem.kind}`,
      facts: problem,
    },
  ]
}
