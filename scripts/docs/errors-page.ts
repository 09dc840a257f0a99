import { alertErrors } from '../../src/alerts/index.ts'
import { catalogErrors } from '../../src/catalog/index.ts'
import { cliErrors } from '../../src/cli/errors.ts'
import { configurationErrors } from '../../src/config/index.ts'
import { databaseErrors } from '../../src/database/index.ts'
import { egressErrors } from '../../src/egress/index.ts'
import type { ErrorCatalogue } from '../../src/errors/index.ts'
import { jobErrors, restoreErrors } from '../../src/jobs/index.ts'
import { mainErrors } from '../../src/main/errors.ts'
import { microsoftErrors } from '../../src/microsoft/index.ts'
import {
  customerLinkErrors,
  onboardingErrors,
  signInClientErrors,
  taskErrors,
} from '../../src/onboarding/index.ts'
import { operationsErrors } from '../../src/operations/index.ts'
import { organizationErrors } from '../../src/organizations/index.ts'
import { repositoryErrors } from '../../src/repository/index.ts'
import { securityErrors, singleSignOnErrors } from '../../src/security/index.ts'
import { serverErrors } from '../../src/server/index.ts'
import { tlsErrors } from '../../src/tls/index.ts'
import { driveRestoreErrors, mailRestoreErrors, workloadErrors } from '../../src/workloads/index.ts'

const sections: readonly (readonly [string, readonly ErrorCatalogue[]])[] = [
  ['Repository', [repositoryErrors]],
  ['Microsoft', [microsoftErrors]],
  [
    'Onboarding and administrator tasks',
    [onboardingErrors, taskErrors, signInClientErrors, customerLinkErrors],
  ],
  ['Organizations', [organizationErrors]],
  ['Workloads', [workloadErrors, mailRestoreErrors, driveRestoreErrors]],
  ['Catalog', [catalogErrors]],
  ['Runs, restores and downloads', [jobErrors, restoreErrors]],
  ['Security', [securityErrors, singleSignOnErrors]],
  ['Alerts', [alertErrors]],
  ['Connections to places that operators name', [egressErrors]],
  ['Server', [serverErrors]],
  ['Database', [databaseErrors]],
  ['Configuration and start', [configurationErrors, mainErrors, tlsErrors]],
  ['Operations', [operationsErrors]],
  ['Command line', [cliErrors]],
]

const kinds = { user: 'the person', operational: 'the operator', bug: 'the developers' } as const

/** docs/errors.md: every code, what it says and what to do. */
export function errorsPage(): string {
  const parts = [
    '# Errors\n\nGenerated from the catalogues by `npm run docs`. Each code is the same in the console, the API (`application/problem+json`) and the\ncommand line. Words in braces are filled in.\n',
  ]
  for (const [title, catalogues] of sections) {
    parts.push(`\n## ${title}\n`)
    for (const [code, { message, why, remedy, status, kind }] of catalogues
      .flatMap((one) => Object.entries(one))
      .sort(([a], [b]) => (a < b ? -1 : 1)))
      parts.push(
        `\n### ${code}\n\n${why === undefined ? message : `${message} ${why}`}\n\n${remedy}\n\nHTTP ${status}; up to ${kinds[kind]}.\n`,
      )
  }
  return parts.join('')
}
