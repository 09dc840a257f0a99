import type { OnboardingView } from '../contract/index.ts'
import type { DirectoryRole } from '../microsoft/index.ts'

type Approval = NonNullable<OnboardingView['approval']>

/**
 * Roles whose holder may grant application permissions of Microsoft Graph, by template id; Application Administrators may
 * not. Source: Microsoft Entra, "Grant tenant-wide admin consent to an application" and built-in roles, 2026.
 */
const grantingRoles: ReadonlyMap<string, string> = new Map([
  ['62e90394-69f5-4237-9190-012177145e10', 'Global Administrator'],
  ['e8611ab8-c189-46e8-94e1-60213ab1f814', 'Privileged Role Administrator'],
])

export function mayGrant(roles: readonly DirectoryRole[]): boolean {
  return roles.some(({ templateId }) => grantingRoles.has(templateId.toLowerCase()))
}

const activation =
  'If the role is assigned to you through Privileged Identity Management, activate it first and then sign in again.'

/** 'Need Admin Approval' for an account that signed in but cannot grant. */
export function roleMissing(roles: readonly DirectoryRole[], account: string, link: string): Approval {
  const held = roles.map(({ displayName }) => displayName)
  const has =
    held.length === 0
      ? 'has no active administrator role'
      : `holds ${held.join(', ')}, which cannot grant the permissions of an application`
  return {
    reason: 'role-missing',
    heldRoles: held,
    requiredRoles: [...grantingRoles.values()],
    explanation: `${account} ${has}. A Global Administrator or Privileged Role Administrator of the organization has to sign in. ${activation}`,
    administratorLink: link,
  }
}

/** 'Need Admin Approval' when Microsoft sent the browser back with nothing but a refusal, which it does for two causes. */
export function accessDenied(link: string): Approval {
  return {
    reason: 'access-denied',
    heldRoles: [],
    requiredRoles: [...grantingRoles.values()],
    explanation: `Microsoft ended the sign-in without saying why. Either it was cancelled, or the account may not approve this sign-in and an administrator has to. ${activation}`,
    administratorLink: link,
  }
}
