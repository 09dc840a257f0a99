import { badQuery } from './failures.ts'
import { childrenOf, type Folder, type Mailbox } from './mailbox.ts'

/** A folder as Graph shows it. */

const fields = [
  'id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount', 'sizeInBytes', 'isHidden',
] as const // biome-ignore format: a list

export const checkFolderSelect = (select: readonly string[] | undefined): void => {
  for (const name of select ?? [])
    if (!fields.some((field) => field === name))
      throw badQuery(`Could not find a property named '${name}' on type 'microsoft.graph.mailFolder'.`)
}

export const presentFolder = (
  mailbox: Mailbox,
  folder: Folder,
  select?: readonly string[],
): Readonly<Record<string, unknown>> => {
  const visible = childrenOf(mailbox, folder).filter((child) => !child.hidden)
  const unread = () => [...folder.messages.values()].filter((message) => !message.isRead).length
  const wants = (name: string) => select === undefined || name === 'id' || select.includes(name)
  return {
    ...(wants('id') ? { id: folder.id } : {}),
    ...(wants('displayName') ? { displayName: folder.name } : {}),
    ...(wants('parentFolderId') ? { parentFolderId: folder.parent?.id ?? mailbox.root.id } : {}),
    ...(wants('childFolderCount') ? { childFolderCount: visible.length } : {}),
    ...(wants('unreadItemCount') ? { unreadItemCount: unread() } : {}),
    ...(wants('totalItemCount')
      ? { totalItemCount: folder.messages.size + (folder.copies?.count ?? 0) }
      : {}),
    ...(wants('sizeInBytes') ? { sizeInBytes: folder.messages.size * 40_000 } : {}),
    ...(wants('isHidden') ? { isHidden: folder.hidden } : {}),
  }
}
