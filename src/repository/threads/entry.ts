/** Where worker threads begin: runs a function of a module and hands the buffers of its answer over. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { Moved } from './moved.ts'

export interface ThreadTask {
  /** Address of a module. */
  readonly file: string
  /** Name of the function in it. */
  readonly name: string
  readonly task: unknown
}

/** This module's address, for the pool. */
export const entryModule = import.meta.url

export default async function runTask({ file, name, task }: ThreadTask): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(file)
  const work = module[name]
  if (typeof work !== 'function') throw new TypeError(`${file} has no function ${name}`)
  const result: unknown = work(task)
  if (!(result instanceof Moved)) return result
  // Piscina moves whatever looks like this; its types speak of single buffers only.
  const moving: object = { [transferableSymbol]: result.transfer, [valueSymbol]: result.value }
  return move(moving as ArrayBuffer)
}
