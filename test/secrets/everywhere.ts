/** Everything of a running product that a thief could look at, searched. */
import type { Page } from 'playwright-core'
import type { Search } from './needles.ts'
import { type Leak, searchCommandLines, searchFolder, searchMemory, searchRows } from './places.ts'

export interface Places {
  /** With all that the product writes: log, data, vault, files of the database. */
  readonly folder: string
  /** Files in there that are secret by themselves: that of the outer key. */
  readonly without: readonly string[]
  /** Where PostgreSQL's data lies, and where it listens. */
  readonly postgres: { readonly folder: string; readonly socketDirectory: string }
  /** The exported audit trail. */
  readonly trail: () => Promise<Uint8Array>
  /** A page of the console in a browser that was used, where there is one. */
  readonly page: Page | undefined
}

/** The memory of other accounts is root's to read. */
export const canReadMemory = process.getuid?.() === 0

/** @returns each secret that lies open somewhere, with the place */
export async function searchEverywhere(places: Places, search: Search): Promise<Leak[]> {
  const inText = (bytes: Uint8Array, where: string): Leak[] =>
    search.in(bytes).map(({ secret, form }) => `${secret}, ${form}: in ${where}`)
  const { folder, without, postgres, page } = places
  const leaks = [
    ...searchFolder(folder, search, without),
    ...(await searchRows(postgres.socketDirectory, search)),
    ...searchCommandLines(search),
    ...inText(await places.trail(), 'the exported audit trail'),
  ]
  if (page) leaks.push(...inText(Buffer.from(await page.evaluate<string>(browserStorage)), 'the browser'))
  if (canReadMemory) {
    const memory = searchMemory(postgres.folder, search)
    if (memory.read < 4) throw new Error(`the memory of only ${memory.read} processes was read`)
    leaks.push(...memory.leaks)
  }
  return leaks
}

/** What scripts of the page could read, and what stays on the disk of whoever uses the browser. */
const browserStorage = `(async () => {
  const databases = (await indexedDB.databases()).map(({ name }) => name)
  const cached = []
  for (const name of await caches.keys()) cached.push(name, ...(await (await caches.open(name)).keys()).map(({ url }) => url))
  return [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href, ...databases, ...cached].join('\\n')
})()`
