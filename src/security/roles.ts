/** What each role may do: the one place that says so. */
import type { Right, Role } from '../contract/index.ts'

const reads: readonly Right[] = ['organizations.read', 'runs.read', 'restores.read', 'settings.read']

const rightsByRole: Readonly<Record<Role, readonly Right[]>> = {
  owner: [
    ...reads,
    'organizations.manage',
    'runs.manage',
    'content.read',
    'content.restore',
    'settings.manage',
    'vault.secrets',
    'operators.read',
    'operators.manage',
    'audit.read',
    'alerts.read',
    'alerts.acknowledge',
    'approvals.decide',
  ],
  /** Organizations and settings, and starting backups of what was added; no content, and nothing that opens the vault. */
  administrator: [
    ...reads,
    'organizations.manage',
    'runs.manage',
    'settings.manage',
    'alerts.read',
    'alerts.acknowledge',
  ],
  'backup-operator': [
    'organizations.read',
    'runs.read',
    'runs.manage',
    'restores.read',
    'alerts.read',
    'alerts.acknowledge',
  ],
  'restore-operator': ['organizations.read', 'restores.read', 'content.read', 'content.restore'],
  auditor: [...reads, 'operators.read', 'audit.read', 'alerts.read'],
}

const roles = Object.keys(rightsByRole) as Role[]

export function rightsOf(role: Role): readonly Right[] {
  return rightsByRole[role]
}

/** What outlasts a token or opens the vault for good is for people only. */
const neverByToken: ReadonlySet<Right> = new Set(['operators.manage', 'vault.secrets', 'approvals.decide'])

/** What an API token can do: no more than both its role and the operator's role as it is now. */
export function rightsOfToken(tokenRole: Role, operatorRole: Role): readonly Right[] {
  return rightsByRole[tokenRole].filter(
    (right) => rightsByRole[operatorRole].includes(right) && !neverByToken.has(right),
  )
}

/** The roles that allow nothing beyond the given one. */
export function rolesWithin(role: Role): readonly Role[] {
  return roles.filter((one) => rightsByRole[one].every((right) => rightsByRole[role].includes(right)))
}
