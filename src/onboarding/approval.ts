import type { OnboardingView } from '../contract/index.ts'
import { type DirectoryRole, explainMicrosoftError, type MicrosoftError } from '../microsoft/index.ts'

type Approval = NonNullable<OnboardingView['approval']>

/**
 * Roles whose holder may grant application permissions of Microsoft Graph, by template id; Application Administrators may
 * not. Source: Microsoft Entra, "Grant tenant-wide admin consent to an application" and built-in roles, 2026.
 */
const grantingRoles: ReadonlyMap<string, string> = new Map([
  ['62e90394-69f5-4237-9190-012177145e10', 'Global Administrator'],
  ['e8611ab8-c189-46e8-94e1-60213ab1f814', 'Privileged Role Administrator'],
])

/**
 * Roles whose holder may manage credentials of applications, and delete them; owners of an application may do the same with it.
 * Source: Microsoft Entra built-in roles, 2026.
 */
const managingRoles: ReadonlyMap<string, string> = new Map([
  ['62e90394-69f5-4237-9190-012177145e10', 'Global Administrator'],
  ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', 'Application Administrator'],
  ['158c047a-c907-4556-b7ef-446551a6b5f7', 'Cloud Application Administrator'],
])

/** What an administrator is needed for: to grant permissions of Microsoft Graph, or to manage applications. */
export type NeededRight = 'grant' | 'manage'

const rolesFor = { grant: grantingRoles, manage: managingRoles }

export function mayGrant(roles: readonly DirectoryRole[]): boolean {
  return holds(roles, 'grant')
}

/** Whether one of the roles gives the right. */
export function holds(roles: readonly DirectoryRole[], right: NeededRight): boolean {
  return roles.some(({ templateId }) => rolesFor[right].has(templateId.toLowerCase()))
}

const activation =
  'If the role is assigned to you through Privileged Identity Management, activate it first and then sign in again.'

const cannot = {
  grant: 'which cannot grant the permissions of an application',
  manage: 'which cannot manage an application that somebody else owns',
}

/** 'Need Admin Approval' for an account that signed in but cannot do what is needed. */
export function roleMissing(
  roles: readonly DirectoryRole[],
  account: string,
  link: string,
  right: NeededRight = 'grant',
): Approval {
  const held = roles.map(({ displayName }) => displayName)
  const has =
    held.length === 0 ? 'has no active administrator role' : `holds ${held.join(', ')}, ${cannot[right]}`
  const required = [...rolesFor[right].values()]
  const wanted = `${required.slice(0, -1).join(', ')} or ${required.at(-1)}`
  return {
    reason: 'role-missing',
    heldRoles: held,
    requiredRoles: required,
    explanation: `${account} ${has}. A ${wanted} of the organization has to sign in. ${activation}`,
    administratorLink: link,
    adminConsentLink: null,
  }
}

/**
 * Numbers that ask for an administrator's approval. They choose the dialog only; Microsoft may change them, and then the error itself
 * is shown.
 */
const approvalNumbers = new Set([90093, 90094, 90095, 900941, 900981])

/**
 * 'Need Admin Approval' when Microsoft sent the browser back with a refusal instead of a code: either with nothing else, which it
 * does for two causes, or with a number that asks for it. Undefined for refusals that say something else.
 */
export function approvalAsked(
  { microsoft }: MicrosoftError,
  link: string,
  consentLink: string | null,
): Approval | undefined {
  const { aadsts, oauthError, microsoftMessage } = microsoft
  const asked = aadsts !== undefined && approvalNumbers.has(aadsts)
  const bare = oauthError === 'access_denied' && aadsts === undefined && microsoftMessage === ''
  if (!asked && !bare) return undefined
  const { happened, why, remedy } = explainMicrosoftError(microsoft)
  return {
    reason: 'access-denied',
    heldRoles: [],
    requiredRoles: [...grantingRoles.values()],
    explanation: asked
      ? `${happened} ${why} ${remedy}`
      : `Microsoft ended the sign-in without saying why. Either it was cancelled, or the account may not approve this sign-in and an administrator has to. ${activation}`,
    administratorLink: link,
    adminConsentLink: consentLink,
  }
}
