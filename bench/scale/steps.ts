/** The steps of the scale bench, each in a process of its own. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesIn } from '../scratch.ts'
import type { ScaleResult } from './scale-result.ts'

export type ScaleKind = 'memory' | 'disk'

export interface ScaleRow extends ScaleResult {
  readonly row: string
  readonly repositoryMiB: number
}

const places: Record<ScaleKind, string> = { memory: 'index in memory', disk: 'index on disk' }

/** Writes and opens one repository for each kind of index. */
export async function measureScale(options: {
  readonly folder: string
  readonly items: number
  readonly kinds: readonly ScaleKind[]
  readonly onProgress: (text: string) => void
}): Promise<ScaleRow[]> {
  const rows: ScaleRow[] = []
  for (const kind of options.kinds) {
    const repository = join(options.folder, `repository with ${places[kind]}`)
    for (const step of ['write', 'open'] as const) {
      const row = `${step === 'write' ? 'write' : 'open, add 1 %'}, ${places[kind]}`
      options.onProgress(row)
      const result = await runStep([
        '--step',
        step,
        '--repository',
        repository,
        '--items',
        `${options.items}`,
        '--index',
        kind,
        '--cache',
        join(options.folder, 'index'),
      ])
      rows.push({ row, ...result, repositoryMiB: bytesIn(repository) / 2 ** 20 })
    }
  }
  return rows
}

const stepFile = fileURLToPath(new URL('./scale-process.ts', import.meta.url))

async function runStep(parameters: readonly string[]): Promise<ScaleResult> {
  const child = spawn(process.execPath, [stepFile, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const [, code] = await Promise.all([
    (async () => {
      for await (const part of child.stdout) text += part
    })(),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    }),
  ])
  if (code !== 0) throw new Error(`the step ended with ${code}`)
  return JSON.parse(text)
}
