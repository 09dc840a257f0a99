import {
  allBuckets,
  bucketItems,
  dirtyBuckets,
  type FolderState,
  foldersOf,
  positionsOf,
} from '../../catalog/index.ts'
import { lookup } from '../../repository/index.ts'
import { mailboxPath, writeMailboxTree } from '../../workloads/index.ts'
import type { MailboxContext } from './mailbox-context.ts'

/** Writes the mailbox's tree from what is staged and answers it with its path from the repository's root. */
export async function layOutMailbox(
  context: MailboxContext,
  folders: ReadonlyMap<string, FolderState>,
): Promise<{ readonly tree: string; readonly directory: string }> {
  const { db, guard, mailbox, headRoot, headSequence, repository, writer, signal, time } = context
  const directory = mailboxPath(mailbox).join('/')
  const previousTree = await publishedTree(context)
  const isNew = previousTree === undefined
  const tree = await writeMailboxTree(
    { repository, writer, time, signal },
    {
      previousTree,
      previousFolders: isNew ? new Map() : await foldersOf(db, mailbox.resourceId, headSequence),
      folders,
      dirtyBuckets: isNew
        ? await allBuckets(db, mailbox.resourceId)
        : await dirtyBuckets(db, mailbox.resourceId, guard.sequence),
      loadBucket: (folderId, bucket) => bucketItems(db, folderId, bucket),
      resource: {
        workload: 'mail',
        id: mailbox.externalId,
        userPrincipalName: mailbox.userPrincipalName,
        displayName: mailbox.displayName,
        run: guard.runId,
        sequence: guard.sequence,
        time: new Date(time).toISOString(),
        positions: Object.fromEntries(
          [...(await positionsOf(db, mailbox.resourceId))].map(([container, { link }]) => [container, link]),
        ),
      },
      resourceChanged: headRoot !== null && mailbox.publishedDirectory !== directory,
    },
  )
  return { tree, directory }
}

async function publishedTree({ headRoot, mailbox, repository }: MailboxContext): Promise<string | undefined> {
  if (headRoot === null || mailbox.publishedDirectory === null) return undefined
  const node = await lookup(repository, headRoot, mailbox.publishedDirectory.split('/'))
  return node?.subtree
}
