/**
 * The comparison with stock restic: the same data, the same machine, the same run. Each repetition makes both repositories anew and goes
 * through the life of a backup row by row, each row done by one program and then by the other; who comes first alternates.
 */
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, combine, type Measured, measure } from '../measure.ts'
import { bytesIn } from '../scratch.ts'
import { fullShape, mailData, smallShape } from './mail-data.ts'
import { ours, type Program, restic } from './programs.ts'

export interface CompareOptions {
  /** Scratch folder; made and, unless kept, removed. */
  readonly folder: string
  readonly corpus: string
  readonly small: boolean
  readonly repeat: number
  readonly compression: string
  readonly seed: string
  /** Leave the repositories of the last repetition. */
  readonly keep: boolean
  readonly onProgress: (text: string) => void
}

export interface Side extends Measured {
  /** Bytes of plain content per second that the row is about; left out where that says nothing. */
  readonly megabytesPerSecond?: number
  /** The repository after the row. */
  readonly repositoryMiB: number
}

export interface Row {
  readonly row: string
  readonly ours: Side
  readonly restic: Side
  /** restic's seconds divided by ours. */
  readonly ratio: number
}

interface Step {
  readonly row: string
  /** What is measured. */
  readonly command: (program: Program) => Command
  /** What both need before it, not measured. */
  readonly prepare?: (program: Program) => Promise<void>
  /** Whether the row works on all of the content. */
  readonly wholeContent: boolean
}

export async function compare(options: CompareOptions): Promise<Row[]> {
  const { folder, onProgress } = options
  const source = join(folder, 'source')
  const half = join(folder, 'half')
  const data = mailData(options.small ? smallShape : fullShape, options)
  mkdirSync(source, { recursive: true })
  onProgress('making the data')
  const bytes = await data.create(source)
  linkHalf(source, half)
  warm(source)

  const found = new Map<string, { readonly ours: Measured[]; readonly restic: Measured[] }>()
  const sizes = new Map<string, { ours: number; restic: number }>()
  for (let repetition = 0; repetition < options.repeat; repetition++) {
    const scratch = join(folder, `repetition ${repetition}`)
    mkdirSync(scratch)
    const programs = [ours, restic].map((make) => make({ folder: scratch, compression: options.compression }))
    for (const step of stepsOf({ source, half, scratch, oneItem: data.oneItem })) {
      if (step.row === 'backup with 1 % changed') await data.change(source, repetition + 1)
      for (const program of repetition % 2 === 0 ? programs : programs.toReversed()) {
        onProgress(`${repetition + 1}/${options.repeat} ${step.row}: ${program.name}`)
        await step.prepare?.(program)
        const measured = await measure(step.command(program))
        const row = found.get(step.row) ?? { ours: [], restic: [] }
        found.set(step.row, row)
        row[program.name].push(measured)
        const size = sizes.get(step.row) ?? { ours: 0, restic: 0 }
        sizes.set(step.row, size)
        size[program.name] = bytesIn(program.repository) / 2 ** 20
      }
    }
    if (!options.keep || repetition + 1 < options.repeat) rmSync(scratch, { recursive: true })
  }
  return stepsOf({ source, half, scratch: '', oneItem: data.oneItem }).map(({ row, wholeContent }) => {
    const side = (name: Program['name']): Side => {
      const measured = combine(found.get(row)?.[name] ?? [])
      const megabytesPerSecond = bytes / 1e6 / measured.seconds
      return {
        ...measured,
        ...(wholeContent ? { megabytesPerSecond } : {}),
        repositoryMiB: sizes.get(row)?.[name] ?? 0,
      }
    }
    const [one, other] = [side('ours'), side('restic')]
    return { row, ours: one, restic: other, ratio: other.seconds / one.seconds }
  })
}

function stepsOf(place: {
  readonly source: string
  readonly half: string
  readonly scratch: string
  readonly oneItem: string
}): Step[] {
  const { source, half, scratch } = place
  const backup = (program: Program) => program.command('backup', source)
  const target = join(scratch, 'restored')
  /** Begins with an empty repository, so that each first backup is one. */
  const anew = async (program: Program) => {
    rmSync(program.repository, { recursive: true, force: true })
    await measure(program.command('init'))
    settle()
  }
  const emptyTarget = async () => {
    rmSync(target, { recursive: true, force: true })
    settle()
  }
  const steps: readonly (readonly [string, Omit<Step, 'row'>])[] = [
    [
      'first backup without re-opening',
      {
        // restic 0.14 never re-opens and has no such option: the same command.
        command: (program) =>
          program.name === 'ours' ? program.command('backup', source, '--no-extra-verify') : backup(program),
        prepare: anew,
        wholeContent: true,
      },
    ],
    ['first backup', { command: backup, prepare: anew, wholeContent: true }],
    ['unchanged backup', { command: backup, wholeContent: true }],
    ['backup with 1 % changed', { command: backup, wholeContent: true }],
    [
      'restore all',
      {
        command: (program) =>
          program.name === 'ours'
            ? program.command('restore', 'latest', target)
            : program.command('restore', 'latest', '--target', target),
        prepare: emptyTarget,
        wholeContent: true,
      },
    ],
    [
      'restore one item',
      {
        command: (program) => program.command('dump', 'latest', join(source, place.oneItem)),
        prepare: async () => rmSync(target, { recursive: true, force: true }),
        wholeContent: false,
      },
    ],
    [
      'check --read-data',
      { command: (program) => program.command('check', '--read-data'), wholeContent: true },
    ],
    [
      'prune after forgetting half',
      {
        command: (program) => program.command('prune'),
        async prepare(program) {
          await measure(program.command('backup', half))
          // Of the folder with everything no snapshot stays.
          const ids = readdirSync(join(program.repository, 'snapshots'))
          const newest = ids
            .map((id) => ({ id, time: statSync(join(program.repository, 'snapshots', id)).mtimeMs }))
            .toSorted((a, b) => a.time - b.time)
            .at(-1)?.id
          await measure(program.command('forget', ...ids.filter((id) => id !== newest)))
          settle()
        },
        wholeContent: false,
      },
    ],
  ]
  return steps.map(([row, step]) => ({ row, ...step }))
}

/** What one program wrote must not be on its way to the disk while the other is measured. */
function settle(): void {
  execFileSync('sync')
}

/** Every other file of each folder, as further names of the same files. */
function linkHalf(source: string, half: string): void {
  mkdirSync(half)
  for (const [index, name] of readdirSync(source, { withFileTypes: true }).entries()) {
    if (name.isDirectory()) linkHalf(join(source, name.name), join(half, name.name))
    else if (index % 2 === 0) linkSync(join(source, name.name), join(half, name.name))
  }
}

/** Reads everything once, so that both programs find it in memory. */
function warm(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) readFileSync(join(entry.parentPath, entry.name))
}
