/**
 * One step of the scale bench in a process of its own, so that its memory is only its own: `write` fills a new repository, `open` opens it,
 * reads items from all over it and adds one percent. Answers one line of JSON; how far it is goes to standard error.
 *
 * An item is a file of two blobs: a few bytes that only it has, and one of a few contents that all share. So the index is as large as
 * with real content and the disk stays small.
 */

import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import {
  directoryNode,
  fileNode,
  initRepository,
  localBackend,
  lookup,
  openRepository,
  type Repository,
  type RepositoryWriter,
  type TreeNode,
} from '../../src/repository/index.ts'
import { seededRandom } from '../random.ts'
import type { Sample, ScaleResult } from './scale-result.ts'

const password = 'only a bench'
const itemsPerDirectory = 1000
const directoriesPerParent = 100
const sharedContents = 16
const sharedBytes = 2000
const itemsRead = 1000
const sampleInterval = 250
const added = 0.01

// As the command line of repositories does.
setFlagsFromString('--semi-space-growth-factor=1')
const { values } = parseArgs({
  options: {
    step: { type: 'string', default: 'write' },
    repository: { type: 'string', default: '' },
    items: { type: 'string', default: '' },
    index: { type: 'string', default: 'memory' },
    cache: { type: 'string', default: '' },
  },
})
const items = Number(values.items)
const samples: Sample[] = []
const sample = () => samples.push([performance.now() / 1000, Math.round(process.memoryUsage.rss() / 2 ** 20)])
let told = 0
const progress = (done: number, total: number) => {
  if (performance.now() - told < 1000) return
  told = performance.now()
  process.stderr.write(`  ${values.step}: ${Math.floor((100 * done) / total)} %\n`)
}

setInterval(sample, sampleInterval).unref()
const result = values.step === 'open' ? await openAndAdd() : await fill()
sample()
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
const measured: ScaleResult = {
  ...result,
  seconds: performance.now() / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMiB: maxRSS / 1024,
  samples,
}
process.stdout.write(`${JSON.stringify(measured)}\n`)

async function open(): Promise<Repository> {
  return await openRepository(localBackend(values.repository), {
    password,
    host: 'bench',
    // There is nothing to win with a few bytes.
    compression: 'off',
    index: values.index === 'disk' ? { kind: 'disk', folder: values.cache } : { kind: 'memory' },
  })
}

async function fill(): Promise<Pick<ScaleResult, 'opened' | 'blobs'>> {
  await initRepository(localBackend(values.repository), { password })
  const repository = await open()
  const opened = performance.now() / 1000
  const writer = repository.writer()
  const tree = await saveItems(writer, 'item', items)
  await writer.saveSnapshot({ tree })
  const blobs = writer.statistics.blobsNew
  await repository.close()
  return { opened, blobs }
}

async function openAndAdd(): Promise<Pick<ScaleResult, 'opened' | 'blobs'>> {
  const repository = await open()
  const opened = performance.now() / 1000
  const { tree: root } = await repository.findSnapshot('latest')
  for (let count = 0; count < Math.min(itemsRead, items); count++) {
    const number = Math.floor((count * items) / itemsRead)
    const node = await lookup(repository, root, pathOf('item', number))
    const parts = node ? await Array.fromAsync(repository.readFile(node)) : []
    if (!Buffer.concat(parts).subarray(0, 24).equals(ownContent('item', number)))
      throw new Error(`item ${number} is not what was written`)
  }
  const writer = repository.writer()
  const more = await saveItems(writer, 'more', Math.ceil(items * added))
  const before = await repository.loadTree(root)
  const tree = await writer.saveTree([...before, directoryNode({ name: 'more', subtree: more, mtime: 0 })])
  await writer.saveSnapshot({ tree })
  const blobs = writer.statistics.blobsNew
  await repository.close()
  return { opened, blobs }
}

function ownContent(kind: string, number: number): Buffer {
  return Buffer.from(`${kind} ${number}`.padEnd(24))
}

function pathOf(kind: string, number: number): string[] {
  const directory = Math.floor(number / itemsPerDirectory)
  return [
    nameOf(Math.floor(directory / directoriesPerParent)),
    nameOf(directory),
    `${kind} ${nameOf(number)}`,
  ]
}

/** Names in the order of their numbers. */
function nameOf(number: number): string {
  return String(number).padStart(9, '0')
}

/** Answers the tree of all items. */
async function saveItems(writer: RepositoryWriter, kind: string, count: number): Promise<string> {
  const random = seededRandom('scale')
  const shared = Array.from({ length: sharedContents }, () => random.bytes(sharedBytes))
  const ids = await Promise.all(shared.map(async (bytes) => (await writer.saveData(bytes)).id))
  const parents: TreeNode[] = []
  const directories: TreeNode[] = []
  const saveParent = async () => {
    const name = nameOf(parents.length)
    parents.push(directoryNode({ name, subtree: await writer.saveTree(directories.splice(0)), mtime: 0 }))
  }
  for (let from = 0; from < count; from += itemsPerDirectory) {
    const nodes: TreeNode[] = []
    for (let number = from; number < Math.min(count, from + itemsPerDirectory); number++) {
      const own = ownContent(kind, number)
      const { id } = await writer.saveData(own)
      const content = [id, ids[number % sharedContents] ?? '']
      const name = `${kind} ${nameOf(number)}`
      nodes.push(fileNode({ name, size: own.length + sharedBytes, content, mtime: number * 1000 }))
    }
    const subtree = await writer.saveTree(nodes)
    directories.push(directoryNode({ name: nameOf(from / itemsPerDirectory), subtree, mtime: 0 }))
    if (directories.length === directoriesPerParent) await saveParent()
    progress(from, count)
  }
  if (directories.length > 0) await saveParent()
  return await writer.saveTree(parents)
}
