import { type GraphClient, graphPath, isConflict, isNotFound } from '../../../microsoft/index.ts'

/** Fails with what `isMailboxAbsent` knows where the user has no mailbox. */
export async function requireMailPlace(graph: GraphClient, userId: string): Promise<void> {
  await graph.request({
    path: graphPath`/users/${userId}/mailFolders/inbox`,
    query: { $select: 'id' },
    mailbox: userId,
    priority: 'high',
  })
}

/** Finds or makes the folder of this name at the top of a mailbox and answers its Graph id. */
export async function topFolder(
  graph: GraphClient,
  userId: string,
  name: string,
  signal?: AbortSignal,
): Promise<string> {
  const found = await findTopFolder(graph, userId, name, signal)
  if (found !== undefined) return found
  try {
    const created = await graph.request<{ id: string }>({
      method: 'POST',
      path: graphPath`/users/${userId}/mailFolders`,
      body: { displayName: name },
      // Exchange refuses a second folder of the same name.
      idempotent: true,
      mailbox: userId,
      priority: 'high',
      signal,
    })
    return created.body.id
  } catch (error) {
    // Somebody made it in between.
    const again = isConflict(error) ? await findTopFolder(graph, userId, name, signal) : undefined
    if (again === undefined) throw error
    return again
  }
}

/** The folder a mail came from if it is still there; else a folder of its name at the top. */
export async function originalFolder(
  graph: GraphClient,
  userId: string,
  folder: { readonly externalId: string; readonly name: string },
  signal?: AbortSignal,
): Promise<string> {
  try {
    const found = await graph.request<{ id: string }>({
      path: graphPath`/users/${userId}/mailFolders/${folder.externalId}`,
      query: { $select: 'id' },
      mailbox: userId,
      priority: 'high',
      signal,
    })
    return found.body.id
  } catch (error) {
    if (!isNotFound(error)) throw error
    return topFolder(graph, userId, folder.name, signal)
  }
}

async function findTopFolder(
  graph: GraphClient,
  userId: string,
  name: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const pages = graph.pages<{ id: string; displayName: string }>({
    path: graphPath`/users/${userId}/mailFolders`,
    query: { $select: 'id,displayName', $top: 200 },
    mailbox: userId,
    priority: 'high',
    signal,
  })
  // Exchange compares folder names without regard to case.
  for await (const page of pages)
    for (const folder of page.value)
      if (folder.displayName.toLowerCase() === name.toLowerCase()) return folder.id
  return undefined
}
