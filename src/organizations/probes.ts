/**
 * One harmless request per workload that proves the application can read there. A token that names a permission does not
 * prove it: Exchange has access rules of its own, and takes minutes to learn of a grant.
 */
import type { Workload } from '../contract/index.ts'
import { type GraphClient, graphPath, isMailboxAbsent, isNotFound } from '../microsoft/index.ts'

/** `untested`: nothing was refused, but there was nothing to try on either; `message` says so. */
export type ProbeResult =
  | { readonly state: 'ok'; readonly message: null }
  | { readonly state: 'untested'; readonly message: string }

/** How long a probe may take with all repetitions: a person waits for it. */
const retryBudgetMs = 20_000
const mailboxesTried = 5

/** Reads one folder of the first mailbox found. @throws MicrosoftError when Microsoft refuses or fails */
async function probeMail(graph: GraphClient, signal?: AbortSignal): Promise<ProbeResult> {
  const { body } = await graph.request<{ value: Array<{ id: string; mail?: string | null }> }>({
    path: '/users',
    query: { $select: 'id,mail', $top: 50 },
    priority: 'high',
    retryBudgetMs,
    signal,
  })
  const candidates = body.value.filter((user) => user.mail).slice(0, mailboxesTried)
  for (const user of candidates) {
    try {
      await graph.request({
        path: graphPath`/users/${user.id}/mailFolders`,
        query: { $select: 'id', $top: 1 },
        mailbox: user.id,
        priority: 'high',
        retryBudgetMs,
        signal,
      })
      return { state: 'ok', message: null }
    } catch (error) {
      if (!isMailboxAbsent(error) && !isNotFound(error)) throw error
    }
  }
  return {
    state: 'untested',
    message: 'No mailbox was found among the first users, so reading was not tried.',
  }
}

export const probes: Readonly<
  Record<Workload, (graph: GraphClient, signal?: AbortSignal) => Promise<ProbeResult>>
> = { mail: probeMail }
