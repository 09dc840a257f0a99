/**
 * What Exchange itself lets an application do with mailboxes, beside the roles of its token: RBAC for Applications, which
 * adds to them within a scope, and the older application access policies, which take away outside of theirs. Exchange
 * notices both late. (Microsoft documentation, November 2026.)
 */
type Access = {
  readonly appId: string
  /** Mailboxes by user id; undefined for all. */
  readonly users: ReadonlySet<string> | undefined
  /** Milliseconds: Exchange's cache ends the earlier state then. */
  readonly effectiveAt: number
}

/** Permissions such as `Mail.Read` for the mailboxes in scope. */
export type RbacAssignment = Access & { readonly permissions: readonly string[] }
/** `lifted` ends the policy. */
export type AccessPolicy = Access & { readonly lifted: boolean }

export type ExchangeAccess = { readonly rbac: RbacAssignment[]; readonly policies: AccessPolicy[] }

function inForce<T extends Access>(list: readonly T[], appId: string, now: number): T | undefined {
  return list.findLast((one) => one.appId === appId && one.effectiveAt <= now)
}

/** Permissions that RBAC gives the application on that mailbox at `now`. */
export function rbacPermissions(
  access: ExchangeAccess,
  appId: string,
  userId: string,
  now: number,
): readonly string[] {
  const assignment = inForce(access.rbac, appId, now)
  if (assignment === undefined) return []
  return assignment.users === undefined || assignment.users.has(userId) ? assignment.permissions : []
}

/** Whether an application access policy keeps the application out of that mailbox at `now`. */
export function isShutOut(access: ExchangeAccess, appId: string, userId: string, now: number): boolean {
  const policy = inForce(access.policies, appId, now)
  return policy !== undefined && !policy.lifted && policy.users?.has(userId) === false
}
