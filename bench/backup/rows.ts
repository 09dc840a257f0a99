/** One row of the results: what a run did, by whom it was counted, and what it took. */
import { readFileSync, writeFileSync } from 'node:fs'

export interface BackupRow {
  readonly row: string
  /** What the run covers, changed or not. */
  readonly items: number
  readonly seconds: number
  readonly itemsPerSecond: number
  /** Requests that reached Microsoft's side, sign-in included, as that side counted them. */
  readonly requestsPer1000: number
  /** As SharePoint counts them; null where it is not asked. */
  readonly resourceUnitsPer1000: number | null
  /** The most that the process held meanwhile. */
  readonly peakMiB: number
}

/** What is counted on Microsoft's side between two moments. */
export interface Counter {
  reset(): Promise<void>
  requests(): Promise<number>
  /** Null where nothing is counted in units. */
  resourceUnits(): Promise<number | null>
}

/** Does the work and makes its row; `work` answers the items it covered and the seconds it took. */
export async function measureRow(
  row: string,
  pid: number,
  counter: Counter,
  work: () => Promise<{ items: number; seconds: number }>,
): Promise<BackupRow> {
  await counter.reset()
  forgetPeak(pid)
  const { items, seconds } = await work()
  const units = await counter.resourceUnits()
  const per1000 = (value: number) => (1000 * value) / Math.max(1, items)
  return {
    row,
    items,
    seconds,
    itemsPerSecond: items / seconds,
    requestsPer1000: per1000(await counter.requests()),
    resourceUnitsPer1000: units === null ? null : per1000(units),
    peakMiB: peakMiB(pid),
  }
}

/** Linux forgets the highest resident memory of a process when 5 is written there (proc(5)). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function peakMiB(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
