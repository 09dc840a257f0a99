import { type GraphClient, isNotFound } from '../../../microsoft/index.ts'
import { childOf } from './target-folder.ts'
import { setDates } from './upload.ts'

/** Created and modified as they were, of the folder that has the name; where there is none any more, nothing is done. @throws MicrosoftError */
export async function dateFolder(
  graph: GraphClient,
  driveId: string,
  parentId: string,
  name: string,
  dates: Parameters<typeof setDates>[3],
  signal: AbortSignal,
): Promise<void> {
  const folder = await childOf(graph, driveId, parentId, name, signal)
  if (folder?.folder === undefined) return
  try {
    await setDates(graph, driveId, folder.id, dates, signal)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
