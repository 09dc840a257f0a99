/**
 * What counts as normal of an application's permissions, credentials and owners: what was there when it was first looked at
 * and what was asked for since. Anything else is reported until it is gone or an operator accepts it.
 */
import type { Inspection } from './inspect.ts'

/** What the next check compares with. @param wanted permissions that the organization's workloads need */
export function acceptedAfter(
  accepted: Inspection | null,
  seen: Inspection,
  wanted: readonly string[],
): Inspection {
  if (accepted === null) {
    // A credential that is not ours is reported even when it was there first.
    const application = seen.application && { credentials: [], owners: seen.application.owners }
    return { roles: seen.roles, application }
  }
  const asked = seen.roles.filter((role) => wanted.includes(role))
  // What was accepted and is gone has to be accepted again when it comes back; what is needed stays, so that its loss shows.
  const kept = accepted.roles.filter((role) => seen.roles.includes(role) || wanted.includes(role))
  const before = accepted.application ?? acceptedAfter(null, seen, wanted).application
  return {
    roles: [...new Set([...kept, ...asked])].toSorted(),
    application:
      seen.application === null
        ? before
        : before && {
            credentials: before.credentials.filter(({ id }) => has(seen.application?.credentials, id)),
            owners: before.owners.filter(({ id }) => has(seen.application?.owners, id)),
          },
  }
}

export function has(list: readonly { readonly id: string }[] | undefined, id: string): boolean {
  return list?.some((one) => one.id === id) === true
}
