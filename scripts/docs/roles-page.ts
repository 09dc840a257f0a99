/** docs/roles.md: what each role may do, from the table that the guard goes by. */
import type { Right, Role } from '../../src/contract/index.ts'
import { rightsOf } from '../../src/security/index.ts'
import { forPeopleOnly, routeRights } from '../../src/server/rights.ts'
import type { OpenApi } from './api-page.ts'

const roles: readonly (readonly [Role, string])[] = [
  ['owner', 'Owner'],
  ['administrator', 'Administrator'],
  ['backup-operator', 'Backup operator'],
  ['restore-operator', 'Restore operator'],
  ['auditor', 'Auditor'],
]

export function rolesPage(description: OpenApi): string {
  const routes = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { operationId }]) => {
      const rule = operationId === undefined ? undefined : routeRights[operationId]
      if (!operationId || !rule) return []
      const mark = forPeopleOnly.has(operationId) ? ' ¹' : ''
      return [{ route: `\`${method.toUpperCase()} ${path.replace('/api/v1', '')}\`${mark}`, rule }]
    }),
  )
  const row = ({ route, rule: [right] }: (typeof routes)[number]) =>
    `| ${route} | ${right === 'own' ? 'any' : right} | ${roles.map(([role]) => mark(role, right)).join(' | ')} |`
  return `<!-- Written by 'npm run docs' from src/server/rights.ts and src/security/roles.ts. -->

# Roles

- **Owner**: everything, and alone operators, the recovery kit, and passwords of repositories. There is always one who can sign in.
- **Administrator**: adds and manages organizations and settings, runs backups. Sees no content.
- **Backup operator**: runs and watches backups. Sees no content.
- **Restore operator**: browses, searches, downloads and restores.
- **Auditor**: reads reports, settings and operators. Changes nothing, sees no content.

All but owners can be limited to organizations, restore operators to mailboxes as well. Beyond these every route answers 403, lists
leave out, and nothing is told as an event. What is not of one organization (adding one, changing settings) needs an operator
who reaches everything.

Each route that asks for a session stands in one table, which this page is made of; a test asks every route as every role. A route that
is not in it answers owners alone.

An API token has a role of its own and may do what that role and its operator's role have in common, within the organizations of both. It
never has the rights \`operators.manage\` and \`vault.secrets\`, and what is marked with ¹ is for people only.

| route | right | ${roles.map(([, name]) => name).join(' | ')} |
| --- | --- | ${roles.map(() => '---').join(' | ')} |
${routes.map(row).join('\n')}
`
}

const mark = (role: Role, right: Right | 'own') =>
  right === 'own' || rightsOf(role).includes(right) ? 'yes' : '–'
