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

/** Finds or makes the folder at the end of these names, from the top of a mailbox down, and answers its Graph id. */
export async function folderAt(
  graph: GraphClient,
  userId: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  let id = ''
  for (const name of names) id = await childFolder({ graph, userId, signal }, id, name)
  return id
}

/** The folder a mail came from if it is still there; else the one that is called so, which is made where it is missing. */
export async function originalFolder(
  graph: GraphClient,
  userId: string,
  folder: { readonly externalId: string; readonly names: readonly string[] },
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
    return folderAt(graph, userId, folder.names, signal)
  }
}

interface Asking {
  readonly graph: GraphClient
  readonly userId: string
  readonly signal: AbortSignal | undefined
}

/** @param parent Graph's id; empty at the top of the mailbox */
async function childFolder(asking: Asking, parent: string, name: string): Promise<string> {
  const { graph, userId, signal } = asking
  const path =
    parent === ''
      ? graphPath`/users/${userId}/mailFolders`
      : graphPath`/users/${userId}/mailFolders/${parent}/childFolders`
  const found = await findByName(asking, path, name)
  if (found !== undefined) return found
  try {
    const created = await graph.request<{ id: string }>({
      method: 'POST',
      path,
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
    const again = isConflict(error) ? await findByName(asking, path, name) : undefined
    if (again === undefined) throw error
    return again
  }
}

async function findByName(
  { graph, userId, signal }: Asking,
  path: string,
  name: string,
): Promise<string | undefined> {
  const pages = graph.pages<{ id: string; displayName: string }>({
    path,
    // A hidden one of the name stands in the way of another, and is the one that was meant.
    query: { $select: 'id,displayName', $top: 200, includeHiddenFolders: 'true' },
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
