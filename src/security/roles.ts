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
  ],
  /** Organizations and settings, and starting backups of what was added; no content, and nothing that opens the vault. */
  administrator: [...reads, 'organizations.manage', 'runs.manage', 'settings.manage'],
  'backup-operator': ['organizations.read', 'runs.read', 'runs.manage', 'restores.read'],
  'restore-operator': ['organizations.read', 'restores.read', 'content.read', 'content.restore'],
  auditor: [...reads, 'operators.read', 'audit.read'],
}

export function rightsOf(role: Role): readonly Right[] {
  return rightsByRole[role]
}

export function mayDo(role: Role, right: Right): boolean {
  return rightsByRole[role].includes(right)
}
