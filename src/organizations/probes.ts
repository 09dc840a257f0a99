/**
 * One harmless request per workload that proves the application can read there. A token that names a permission does not
 * prove it: Exchange has access rules of its own, and takes minutes to learn of a grant. Nor does a token without it prove
 * the opposite: with RBAC for Applications Exchange itself grants access to some mailboxes, and no token says so.
 */
import type { Workload } from '../contract/index.ts'
import {
  type GraphClient,
  graphPath,
  isAccessDenied,
  isMailboxAbsent,
  isMicrosoftError,
  isNotFound,
} from '../microsoft/index.ts'

/** `untested`: nothing was refused, but there was nothing to try on either; `message` says so. */
export type ProbeResult =
  | { readonly state: 'ok'; readonly message: string | null /** What was read. */; readonly target: string }
  | { readonly state: 'untested'; readonly message: string }

export interface Probe {
  /** @throws MicrosoftError when Microsoft refuses or fails */
  read(graph: GraphClient, signal?: AbortSignal): Promise<ProbeResult>
  /** Whether writing to what was read is allowed; changes nothing. @throws MicrosoftError when Microsoft fails */
  mayWrite(graph: GraphClient, target: string, signal?: AbortSignal): Promise<boolean>
}

/** How long a probe may take with all repetitions: a person waits for it. */
const retryBudgetMs = 20_000
const mailboxesTried = 5
/** With Exchange's own grants the mailboxes in scope may be few among many. */
const mailboxesSought = 100
const batchSize = 20

interface Tries {
  read: string | null
  refused: number
  refusal: unknown
}

/** Reads one folder of a mailbox: of the first found, or of the first that Exchange does not refuse. */
async function read(graph: GraphClient, pathOf: PathOf, signal?: AbortSignal): Promise<ProbeResult> {
  const { body } = await graph.request<{ value: Array<{ id: string; mail?: string | null }> }>({
    path: '/users',
    query: { $select: 'id,mail', $top: 999 },
    priority: 'high',
    retryBudgetMs,
    signal,
  })
  const candidates = body.value.filter((user) => user.mail).map((user) => user.id)
  const tries: Tries = { read: null, refused: 0, refusal: undefined }
  for (const user of candidates.slice(0, mailboxesTried)) {
    if (tries.read === null) note(tries, user, await refusalOf(graph, pathOf(user), user, signal))
  }
  const others = candidates.slice(mailboxesTried, mailboxesSought)
  for (let start = 0; tries.read === null && tries.refused > 0 && start < others.length; start += batchSize) {
    await readMany(graph, pathOf, others.slice(start, start + batchSize), tries, signal)
  }
  if (tries.read !== null) {
    const message =
      tries.refused === 0
        ? null
        : `Exchange keeps the application out of ${tries.refused} of the mailboxes tried; they are outside the scope that it was given.`
    return { state: 'ok', message, target: tries.read }
  }
  if (tries.refused > 0) throw tries.refusal
  return {
    state: 'untested',
    message: 'No mailbox was found among the first users, so reading was not tried.',
  }
}

type PathOf = (user: string) => string

async function refusalOf(
  graph: GraphClient,
  path: string,
  user: string,
  signal?: AbortSignal,
): Promise<unknown> {
  try {
    await graph.request({
      path,
      query: { $top: 1 },
      mailbox: user,
      priority: 'high',
      retryBudgetMs,
      signal,
    })
    return null
  } catch (error) {
    return error
  }
}

async function readMany(
  graph: GraphClient,
  pathOf: PathOf,
  users: string[],
  tries: Tries,
  signal?: AbortSignal,
) {
  const requests = users.map((user) => ({ id: user, path: `${pathOf(user)}?$top=1` }))
  const answers = await graph.batch(requests, { priority: 'high', retryBudgetMs, signal })
  for (const { id, error } of answers) note(tries, id, error)
}

/** A mailbox that is not there says nothing. @throws the error when it is neither that nor a refusal */
function note(tries: Tries, user: string, error: unknown): void {
  if (error === null) tries.read ??= user
  else if (isAccessDenied(error)) {
    tries.refused += 1
    tries.refusal ??= error
  } else if (!isMailboxAbsent(error) && !isNotFound(error)) throw error
}

/**
 * Asks to change an item that cannot exist: who may not write is refused before the item is looked for. Only where
 * the token names no write permission is there any need to ask.
 */
async function mayWrite(
  graph: GraphClient,
  path: string,
  user: string,
  signal?: AbortSignal,
): Promise<boolean> {
  try {
    await graph.request({
      method: 'PATCH',
      path,
      body: {},
      mailbox: user,
      priority: 'high',
      retryBudgetMs,
      signal,
    })
    return true
  } catch (error) {
    if (isAccessDenied(error)) return false
    if (isMicrosoftError(error) && ['MSG_BAD_REQUEST', 'MSG_NOT_FOUND'].includes(error.code)) return true
    throw error
  }
}

/** @param list what is read @param item what is asked to be changed, and cannot exist */
function probe(list: PathOf, item: PathOf): Probe {
  return {
    read: (graph, signal) => read(graph, list, signal),
    mayWrite: (graph, user, signal) => mayWrite(graph, item(user), user, signal),
  }
}

/** Lists the libraries of the first site. */
async function readFiles(graph: GraphClient, signal?: AbortSignal): Promise<ProbeResult> {
  const { body } = await graph.request<{ value: Array<{ id: string }> }>({
    path: '/sites/getAllSites',
    query: { $select: 'id', $top: 1 },
    service: 'files',
    weight: 2,
    priority: 'high',
    retryBudgetMs,
    signal,
  })
  const site = body.value[0]
  if (!site) return { state: 'untested', message: 'No site was found, so reading files was not tried.' }
  const drives = await graph.request<{ value: Array<{ id: string }> }>({
    path: graphPath`/sites/${site.id}/drives`,
    query: { $select: 'id' },
    service: 'files',
    weight: 2,
    priority: 'high',
    retryBudgetMs,
    signal,
  })
  const drive = drives.body.value[0]
  return drive
    ? { state: 'ok', message: null, target: drive.id }
    : {
        state: 'untested',
        message: 'The first site has no document library, so reading files was not tried.',
      }
}

/** Asks to change an item that cannot exist, as for mail. */
async function mayWriteFiles(graph: GraphClient, drive: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await graph.request({
      method: 'PATCH',
      path: graphPath`/drives/${drive}/items/no-such-item`,
      body: { name: 'no-such-item' },
      service: 'files',
      priority: 'high',
      retryBudgetMs,
      signal,
    })
    return true
  } catch (error) {
    if (isAccessDenied(error)) return false
    if (isMicrosoftError(error) && ['MSG_BAD_REQUEST', 'MSG_NOT_FOUND'].includes(error.code)) return true
    throw error
  }
}

export const probes: Readonly<Record<Workload, Probe>> = {
  mail: probe(
    (user) => graphPath`/users/${user}/mailFolders`,
    (user) => graphPath`/users/${user}/messages/no-such-message`,
  ),
  files: { read: readFiles, mayWrite: mayWriteFiles },
  calendar: probe(
    (user) => graphPath`/users/${user}/calendars`,
    (user) => graphPath`/users/${user}/events/no-such-event`,
  ),
  contacts: probe(
    (user) => graphPath`/users/${user}/contactFolders`,
    (user) => graphPath`/users/${user}/contacts/no-such-contact`,
  ),
  todo: probe(
    (user) => graphPath`/users/${user}/todo/lists`,
    (user) => graphPath`/users/${user}/todo/lists/no-such-list`,
  ),
}
