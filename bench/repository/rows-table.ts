/** The rows of the comparison as a table, for a terminal and for `docs/benchmarks.md`. */
import { execFileSync } from 'node:child_process'
import { describeMachine } from '../machine.ts'
import { table } from '../table.ts'
import type { Row, Side } from './compare.ts'

export function rowsAsText(rows: readonly Row[]): string {
  return [`ours / restic, on ${machine()}`, '', rowsTable(rows)].join('\n')
}

/** All that stands between the marks of `docs/benchmarks.md`: how it was measured, the table, and which rows miss their target. */
export function rowsAsMarkdown(
  rows: readonly Row[],
  options: { readonly repeat: number; readonly compression: string },
): string {
  const missed = rows.flatMap(missedTargets)
  const how =
    options.repeat === 1 ? 'one run' : `medians of ${options.repeat} runs, the highest memory of all`
  return [
    `Measured on ${machine()}; compression \`${options.compression}\`; ${how}. Each cell: ours / restic.`,
    '',
    rowsTable(rows),
    '',
    ...(missed.length === 0
      ? ['All rows meet their targets.']
      : ['Targets missed:', '', ...missed.map((text) => `- ${text}`)]),
  ].join('\n')
}

function machine(): string {
  const restic = /restic (\S+)/.exec(execFileSync('restic', ['version'], { encoding: 'utf8' }))?.[1]
  return `${describeMachine()}, restic ${restic ?? 'of unknown version'}`
}

function rowsTable(rows: readonly Row[]): string {
  const pair = (row: Row, of: (side: Side) => number | undefined, digits: number) => {
    const [ours, restic] = [row.ours, row.restic].map((side) => of(side)?.toFixed(digits))
    return ours === undefined ? '' : `${ours} / ${restic}`
  }
  return table(
    ['', 'seconds', 'times as fast', 'MB/s', 'CPU seconds', 'peak MiB', 'repository MiB'],
    rows.map((row) => [
      row.row,
      pair(row, ({ seconds }) => seconds, 2),
      row.ratio.toFixed(2),
      pair(row, ({ megabytesPerSecond }) => megabytesPerSecond, 0),
      pair(row, ({ cpuSeconds }) => cpuSeconds, 1),
      pair(row, ({ peakMiB }) => peakMiB, 0),
      pair(row, ({ repositoryMiB }) => repositoryMiB, 0),
    ]),
  )
}

const mostMemory = 300
const mostLarger = 1.03

/** Nothing is to be slower than restic, a first backup half as fast again. */
function missedTargets({ row, ours, restic, ratio }: Row): string[] {
  const target = row.startsWith('first backup') ? 1.5 : 1
  const size = ours.repositoryMiB / restic.repositoryMiB
  return [
    ...(ratio < target ? [`${row}: ${ratio.toFixed(2)} times as fast instead of ${target}`] : []),
    ...(ours.peakMiB > mostMemory
      ? [`${row}: ${ours.peakMiB.toFixed(0)} MiB of memory instead of ${mostMemory}`]
      : []),
    ...(size > mostLarger ? [`${row}: ${((size - 1) * 100).toFixed(1)} % larger instead of 3 %`] : []),
  ]
}
