/** The certificate of the server's own https. */
import type { Condition } from '../alert-book.ts'
import { type Look, timeText } from './context.ts'

const day = 86_400_000
const soonDays = 21
const urgentDays = 3

export const lookAtCertificate: Look = async ({ certificate, now }) => {
  if (certificate === null) return []
  const { endsAt, problem } = certificate()
  const left = endsAt - now
  if (left > soonDays * day && problem === null) return []
  const end = timeText(new Date(endsAt))
  const condition: Condition = {
    subject: 'certificate',
    organizationId: null,
    kind: 'server-certificate',
    title:
      left <= 0
        ? 'The TLS certificate of the server has ended'
        : problem === null
          ? 'The TLS certificate of the server ends soon'
          : 'The new TLS certificate of the server is not used',
    detail: [`The certificate that is shown ends ${end}.`, problem ?? ''].join(' ').trim(),
    occurrence: problem ?? 'ends',
    severity: left <= urgentDays * day ? 'critical' : 'warning',
  }
  return [condition]
}
