import type { RunView } from '../../../contract/index.ts'
import type { ApiClient } from '../../client.ts'
import { progress } from '../../terminal.ts'

const ended = new Set<RunView['state']>(['succeeded', 'partial', 'failed', 'cancelled'])

/** Polls a run until it ends, with a progress line. */
export async function followRun(client: ApiClient, id: string, quiet: boolean): Promise<RunView> {
  for (;;) {
    const run = await client.get<RunView>(`/runs/${id}`)
    const over = ended.has(run.state)
    if (!quiet) progress(runLine(run), over)
    if (over) return run
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** One line: state, resources (mailboxes, drives, …), items, rate, time left, how much of Microsoft's limits is used. */
export function runLine(run: RunView): string {
  const { counts } = run
  const parts = [
    `run ${run.sequence} ${run.state}`,
    `${counts.resourcesDone}/${counts.resourcesTotal} resources`,
    `${counts.itemsStored} stored`,
    `${counts.itemsFailed} failed`,
  ]
  if (run.itemsPerSecond !== null) parts.push(`${run.itemsPerSecond.toFixed(1)} items/s`)
  if (run.secondsLeft !== null) parts.push(`about ${Math.ceil(run.secondsLeft)} s left`)
  if (run.budgetUsed !== null) parts.push(`${Math.round(run.budgetUsed * 100)} % of Microsoft's limits used`)
  return parts.join(', ')
}
