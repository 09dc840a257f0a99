/** The items of one calendar, contact folder or list (see `resource/folder-round.ts`). */
import type { FolderState, Position } from '../../catalog/index.ts'
import { goRound } from '../resource/folder-round.ts'
import { inParallel } from '../resource/in-parallel.ts'
import { type OutlookStore, storeEntries } from './store-entries.ts'

const requestsAtOnce = 4

export async function backUpCollection(
  store: OutlookStore,
  collection: FolderState,
  position: Position | undefined,
): Promise<void> {
  const { buffer, context, workload } = store
  const { graph, resource, signal } = context
  await goRound(
    {
      context,
      buffer,
      pages: ({ externalId }, link) => workload.items(graph, resource.externalId, externalId, link, signal),
      store: (of, entries) => storeEntries(store, of, entries),
      presentId: ({ externalId, isRemoved }) => (isRemoved ? null : externalId),
      async stillIn({ externalId }, ids) {
        const entries = await inParallel(ids, requestsAtOnce, (id) =>
          workload.entry(graph, resource.externalId, externalId, id, signal),
        )
        return new Set(entries.flatMap((entry) => (entry ? [entry.externalId] : [])))
      },
    },
    collection,
    position,
  )
}
