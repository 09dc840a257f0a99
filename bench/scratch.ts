/** Scratch folders of benches. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Gives `work` a folder below `place`, and removes it afterwards, after Ctrl-C too, unless it is to be kept. */
export async function withScratchFolder<Result>(
  place: string,
  keep: boolean,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(place, 'bdrcloud-bench-'))
  const clean = () => rmSync(folder, { recursive: true, force: true })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clean()
      process.exit(130)
    })
  }
  try {
    return await work(folder)
  } finally {
    if (keep) process.stderr.write(`kept in ${folder}\n`)
    else clean()
  }
}

/** Bytes of all files below a folder. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}
