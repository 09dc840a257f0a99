/** The messages of one folder. Where the cloud tracks no changes every round is a list (see `resource/folder-round.ts`). */
import type { FolderState, Position } from '../../catalog/index.ts'
import { isTruncatedAnswer } from '../../microsoft/index.ts'
import {
  enumerateMessages,
  type GraphMessage,
  isRecoverable,
  meansItemFailed,
  messagesStillIn,
} from '../../workloads/index.ts'
import { fail } from '../errors.ts'
import { type FolderRound, goRound } from '../resource/folder-round.ts'
import { addNotice } from '../resource/resource-progress.ts'
import { type MessageStore, storeMessages } from './store-messages.ts'

export async function backUpFolder(
  store: MessageStore,
  folder: FolderState,
  position: Position | undefined,
): Promise<void> {
  const { buffer, context } = store
  const { graph, resource: mailbox, signal } = context
  const messages: FolderRound<GraphMessage> = {
    context,
    buffer,
    pages: ({ externalId }, link) => enumerateMessages(graph, mailbox.externalId, externalId, link, signal),
    store: (of, entries) => storeMessages(store, of, entries),
    presentId: (message) => (message['@removed'] ? null : message.id),
    stillIn: ({ externalId }, ids) => messagesStillIn(graph, mailbox.externalId, externalId, ids, signal),
  }
  try {
    await goRound(messages, folder, position)
  } catch (error) {
    const isFolders = isTruncatedAnswer(error) || (isRecoverable(folder) && meansItemFailed(error))
    if (!isFolders || signal.aborted) throw error
    addNotice(context.progress, fail('JOB_FOLDER_UNREADABLE', { folder: folder.path }))
  }
}
