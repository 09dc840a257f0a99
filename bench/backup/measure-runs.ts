/** A first run, one in which nothing changed, one in which 1 % did, and the plain loop. */
import { waitFor } from '../../scripts/demo/api.ts'
import type { RunView } from '../../src/contract/index.ts'
import { type BackupRow, measureRow } from './rows.ts'
import type { Setting } from './setting.ts'

interface Covered {
  readonly items: number
  readonly seconds: number
}

export interface MeasuredKind {
  /** What begins the names of the rows: `mail`. */
  readonly name: string
  changeOnePercent(): Promise<void>
  downloadPlainly(): Promise<Covered>
}

const ended = (run: RunView) => ['succeeded', 'partial', 'failed', 'cancelled'].includes(run.state)
const longestMinutes = 240

/** @param suffix ends the names of the rows: `150 ms` */
export async function measureRuns(
  setting: Setting,
  kind: MeasuredKind,
  suffix: string,
  say: (line: string) => void,
): Promise<BackupRow[]> {
  const rows: BackupRow[] = []
  const add = async (name: string, work: () => Promise<Covered>, pid = setting.pid) => {
    const row = `${kind.name}, ${name}, ${suffix}`
    say(`${row} …`)
    rows.push(await measureRow(row, pid, setting.counter, work))
  }
  await add('first run', () => backUp(setting))
  await add('unchanged', () => backUp(setting))
  await kind.changeOnePercent()
  await add('1 % changed', () => backUp(setting))
  await add('plain download loop', () => kind.downloadPlainly(), process.pid)
  return rows
}

/** Runs a backup to its end, at most four hours. Throws when it did not succeed. */
export async function backUp({ session, organizationId }: Setting): Promise<Covered> {
  const { id } = await session.post<RunView>(`/organizations/${organizationId}/runs`)
  const run = await waitFor<RunView>(session, `/runs/${id}`, ended, longestMinutes)
  if (run.state !== 'succeeded') throw new Error(`the run ended ${run.state}: ${JSON.stringify(run.error)}`)
  const seconds = (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')) / 1000
  return { items: run.counts.itemsTotal, seconds }
}
