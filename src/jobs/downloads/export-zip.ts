/** Everything of a selection as ZIP, made while it is read. */
import { hash } from 'node:crypto'
import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { StoredItem } from '../../catalog/index.ts'
import { type Repository, sanitizeName } from '../../repository/index.ts'
import { contentOf } from '../restores/stored-content.ts'
import { writeZip, type ZipEntry } from './zip/write-zip.ts'

/** @param now the time of what has none. @returns what fails comes out of the stream; closing it ends all that it reads */
export function zipOf(repository: Repository, items: AsyncIterable<StoredItem>, now: Date): Readable {
  const stopped = new AbortController()
  const archive = new PassThrough()
  // One that reads ahead of a generator would be closed only when the generator comes to rest.
  archive.once('close', () => stopped.abort())
  pipeline(writeZip(entries()), archive).catch(() => {})
  return archive

  async function* entries(): AsyncGenerator<ZipEntry> {
    const nameOf = entryNames()
    for await (const item of items)
      yield {
        name: nameOf(item),
        modified: item.view.receivedAt === null ? now : new Date(item.view.receivedAt),
        // Mail is text for the most part; an attachment inside it is encoded and shrinks by a quarter. Most files are packed already.
        isPacked: item.workload !== 'drive',
        size: item.view.size,
        content: () => contentOf(repository, item, stopped.signal),
      }
  }
}

/**
 * Gives `<address>/<folder>/…/<file name>`, every part safe on any disk, each name once. Of names only a hash is kept: one that meets another's by
 * chance gets a number, as a second one of the same name does.
 */
function entryNames(): (item: StoredItem) => string {
  /** The last number that a name was given. */
  const numbers = new Map<number, number>()
  const keyOf = (name: string) => hash('sha256', name.toLowerCase(), 'buffer').readUIntBE(0, 6)
  return (item) => {
    const parts = [item.view.userPrincipalName, ...item.view.folderPath.split(' / ')].map((part) =>
      sanitizeName(part),
    )
    // Of a file the name that people know.
    const own = item.workload === 'drive' ? item.view.subject : item.fileName
    let name = [...parts, sanitizeName(own)].join('/')
    const first = keyOf(name)
    let key = first
    while (numbers.has(key)) {
      const number = (numbers.get(first) ?? 1) + 1
      numbers.set(first, number)
      name = [...parts, sanitizeName(`${number} ${own}`)].join('/')
      key = keyOf(name)
    }
    numbers.set(key, 1)
    return name
  }
}
