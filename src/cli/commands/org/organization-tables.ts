/** How organizations, their health and what checks found are printed. */
import type { DriftFinding, OrganizationView } from '../../../contract/index.ts'
import { printTable } from '../../terminal.ts'

export function printHealth({ health }: OrganizationView): void {
  printTable(
    ['WORKLOAD', 'READ', 'WRITE', 'MISSING', 'CHECKED', 'MESSAGE'],
    health.map((one) => [
      one.workload,
      one.read,
      one.write,
      one.missingPermissions.join(', '),
      one.checkedAt,
      one.message,
    ]),
  )
}

export function printNotAvailable({ notAvailable }: OrganizationView): void {
  if (notAvailable.length === 0) return
  printTable(
    ['NOT AVAILABLE HERE'],
    notAvailable.map(({ reason }) => [reason]),
  )
}

export function printFindings(findings: readonly DriftFinding[]): void {
  printTable(
    ['SEVERITY', 'SINCE', 'FOUND', 'WHAT TO DO'],
    findings.map((one) => [one.severity, one.since, one.title, one.detail]),
  )
}

/** Whether there is anything that somebody should look at. */
export function isHealthy({ health, drift }: OrganizationView): boolean {
  return (
    health.every(
      ({ read, write }) => read === 'ok' && write !== 'missing-permission' && write !== 'failed',
    ) && drift.every(({ severity }) => severity === 'information')
  )
}
