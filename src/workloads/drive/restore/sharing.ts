/**
 * Shares a restored file or folder as it was shared: people and groups are given access without a mail (`invite`), links are made anew
 * (`createLink`). Microsoft gives new links other addresses; it takes no guests that the organization does not have yet from an
 * application, and what belongs to a site (its groups) or to an application is given by none of the two. ("driveItem: invite",
 * "driveItem: createLink", Microsoft Graph, 2026)
 */
import { type GraphClient, graphPath, isMicrosoftError } from '../../../microsoft/index.ts'
import { permissionUnits } from '../permissions.ts'

interface Identity {
  readonly id?: string
  readonly email?: string
  readonly displayName?: string
}

/** One permission as `readPermissions` stored it. */
interface StoredPermission {
  readonly roles?: readonly string[]
  readonly expirationDateTime?: string
  readonly hasPassword?: boolean
  readonly link?: { readonly type?: string; readonly scope?: string }
  readonly grantedToV2?: IdentitySet
  readonly grantedToIdentitiesV2?: readonly IdentitySet[]
  readonly invitation?: { readonly email?: string }
}
interface IdentitySet {
  readonly user?: Identity
  readonly group?: Identity
  readonly siteUser?: Identity
  readonly siteGroup?: Identity
  readonly application?: Identity
}

/**
 * @param permissions those of its own that the backup holds
 * @param now milliseconds since the epoch: what has run out meanwhile is not given again
 * @returns what could not be given back, in words; empty where all of it was. @throws the signal's reason
 */
export async function shareAgain(
  graph: GraphClient,
  item: { readonly driveId: string; readonly itemId: string },
  permissions: readonly object[],
  now: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = []
  for (const permission of permissions as readonly StoredPermission[]) {
    // The owner of a drive has what is in it anyway.
    if (permission.roles?.includes('owner')) continue
    const { expirationDateTime } = permission
    if (expirationDateTime !== undefined && Date.parse(expirationDateTime) <= now) continue
    const role = permission.roles?.includes('write') || permission.link?.type === 'edit' ? 'write' : 'read'
    const expiry = expirationDateTime === undefined ? {} : { expirationDateTime }
    const attempt = async (what: string, action: 'invite' | 'createLink', body: object) => {
      const why = await refusal(graph, item, action, { ...body, ...expiry }, signal)
      if (why !== undefined) missing.push(`${what} (${why})`)
    }
    const { link } = permission
    const isForAll = link !== undefined && link.scope !== 'users'
    if (isForAll) {
      const what = `a link for ${link.scope === 'anonymous' ? 'anyone' : 'the organization'} (${role})`
      if (permission.hasPassword) missing.push(`${what} (its password is known to nobody)`)
      else
        await attempt(what, 'createLink', { type: link.type ?? 'view', scope: link.scope ?? 'organization' })
      continue
    }
    const granted = [permission.grantedToV2 ?? [], permission.grantedToIdentitiesV2 ?? []].flat()
    if (granted.length === 0 && permission.invitation?.email !== undefined)
      granted.push({ user: { email: permission.invitation.email } })
    if (granted.length === 0) missing.push('a permission that names nobody')
    for (const identities of granted) {
      const who = identities.user ?? identities.group ?? identities.siteUser
      const recipient = identities.siteGroup || identities.application ? undefined : recipientOf(who)
      const name = who?.displayName ?? who?.email ?? identities.siteGroup?.displayName
      const what = `${name ?? identities.application?.displayName ?? 'somebody without a name'} (${role})`
      if (recipient === undefined) missing.push(what)
      else
        await attempt(what, 'invite', {
          recipients: [recipient],
          roles: [role],
          requireSignIn: true,
          sendInvitation: false,
        })
    }
  }
  return missing
}

function recipientOf(who: Identity | undefined): object | undefined {
  if (who?.email !== undefined) return { email: who.email }
  // Microsoft's object id; what sites call their users is a number.
  return who?.id !== undefined && /^[0-9a-f]{8}-/i.test(who.id) ? { objectId: who.id } : undefined
}

/** What Microsoft says against it; undefined where it was done. One that is refused does not keep the others from being given. */
async function refusal(
  graph: GraphClient,
  { driveId, itemId }: { readonly driveId: string; readonly itemId: string },
  action: 'invite' | 'createLink',
  body: object,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { body: answer } = await graph.request<{ value?: readonly { error?: { message?: string } }[] }>({
      method: 'POST',
      path: `${graphPath`/drives/${driveId}/items/${itemId}`}/${action}`,
      body,
      service: 'files',
      weight: permissionUnits,
      priority: 'high',
      // Given twice it is there once; a link of the kind that is there is answered.
      idempotent: true,
      signal,
    })
    // 207: some were refused.
    return answer.value?.find(({ error }) => error !== undefined)?.error?.message
  } catch (error) {
    if (signal.aborted || !isMicrosoftError(error)) throw error
    return error.microsoft.microsoftMessage || error.message
  }
}
