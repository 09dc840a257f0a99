import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import type { GraphUser } from './graph-message.ts'
import { plainText } from './plain-text.ts'

/** Somebody who may have a mailbox. Whether there is one shows at the first call: Graph has no flag for it. */
export interface MailboxOwner {
  /** Microsoft's id of the user. */
  readonly externalId: string
  readonly userPrincipalName: string
  readonly displayName: string
}

/** All users of the organization, page by page (Microsoft Graph, "List users", at most 999 a page). */
export async function* enumerateMailboxes(
  graph: GraphClient,
  signal: AbortSignal,
): AsyncGenerator<MailboxOwner[]> {
  const pages = graph.pages<GraphUser>({
    path: graphPath`/users`,
    query: { $select: 'id,displayName,userPrincipalName,mail,userType', $top: 999 },
    signal,
  })
  for await (const page of pages) {
    yield page.value.map((user) => ({
      externalId: user.id,
      userPrincipalName: plainText(user.userPrincipalName ?? user.mail ?? user.id),
      displayName: plainText(user.displayName ?? user.userPrincipalName ?? user.id),
    }))
  }
}
