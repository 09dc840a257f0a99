import {
  directoryNode,
  fileNode,
  type Repository,
  type RepositoryWriter,
  type TreeNode,
} from '../../repository/index.ts'
import { idHash, shorten } from './names.ts'

/** One item as a file: content that is in the repository already, and what `_items.jsonl` says of it. */
export interface LayoutItem {
  readonly externalId: string
  readonly fileName: string
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
  /** Time of the file, milliseconds since the epoch: when a mail was received, when a file was changed. */
  readonly receivedAt: number | null
  readonly fingerprint: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Directory with what else belongs to it, such as older versions of a file; left out or null: nothing. */
  readonly versionsTree?: string | null
}

/** Beside the items of a directory: a directory for each of them that has older versions, under its name. */
export const versionsDirectory = '_versions'

export interface LayoutTarget {
  readonly repository: Repository
  readonly writer: RepositoryWriter
  /** Time of the directories and of our own files, in milliseconds since the epoch. */
  readonly time: number
  readonly signal: AbortSignal
}

/**
 * Files of one directory and their `_items.jsonl`, sorted by file name so that equal state is an equal directory; nothing for no items.
 * @param key under which a line of `_items.jsonl` says what the workload knows of the item, e.g. `message`
 * @param taken names of that directory that are somebody else's; the given set is not changed
 */
export async function itemNodes(
  target: LayoutTarget,
  key: string,
  items: readonly LayoutItem[],
  taken: ReadonlySet<string> = new Set(),
): Promise<TreeNode[]> {
  if (items.length === 0) return []
  const sorted = distinct(items, taken).toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1))
  const nodes: TreeNode[] = sorted.map((item) =>
    fileNode({
      name: item.fileName,
      size: item.size,
      content: item.content,
      mtime: fileTime(item.receivedAt),
    }),
  )
  const lines = sorted.map((item) => `${JSON.stringify(itemLine(key, item))}\n`)
  nodes.push(await textFile(target, '_items.jsonl', lines.join('')))
  const versions = sorted.flatMap(({ fileName: name, receivedAt, versionsTree: subtree }) =>
    subtree == null ? [] : [directoryNode({ name, subtree, mtime: fileTime(receivedAt) })],
  )
  if (versions.length > 0) {
    const subtree = await target.writer.saveTree(versions)
    nodes.push(directoryNode({ name: versionsDirectory, subtree, mtime: target.time }))
  }
  return nodes
}

/**
 * Two items of one directory may have the same name for a while: one that could not be read any more kept the name it had, and another
 * has it now. The id tells them apart.
 */
function distinct(items: readonly LayoutItem[], taken: ReadonlySet<string>): LayoutItem[] {
  const names = new Set([...taken].map(folded))
  const ordered = items.toSorted((a, b) => (a.externalId < b.externalId ? -1 : 1))
  return ordered.map((item) => {
    const fileName = names.has(folded(item.fileName)) ? withDigits(item) : item.fileName
    names.add(folded(fileName))
    return fileName === item.fileName ? item : { ...item, fileName }
  })
}

function folded(name: string): string {
  return name.toLowerCase()
}

/** Before the ending, which tells what a file is; well below the 255 bytes of a name even where it is cut. */
function withDigits({ fileName, externalId }: LayoutItem): string {
  const [, stem = fileName, ending = ''] = /^(.+?)(\.[^.]{1,16})?$/su.exec(fileName) ?? []
  return `${shorten(stem, 200)}~${idHash(externalId).slice(0, 16)}${ending}`
}

/** Mails claim any date; files have one that a disk can hold. */
function fileTime(receivedAt: number | null): number {
  return Math.min(Math.max(receivedAt ?? 0, 0), Date.UTC(9999, 11, 31))
}

function itemLine(key: string, item: LayoutItem): object {
  return {
    file: item.fileName,
    size: item.size,
    sha256: item.sha256,
    fingerprint: item.fingerprint,
    [key]: item.metadata,
  }
}

/** Stores one of our own files (`_…`) and answers its node. */
export async function textFile(target: LayoutTarget, name: string, text: string): Promise<TreeNode> {
  const { content, size } = await target.writer.saveContent(Buffer.from(text))
  return fileNode({ name, size, content, mtime: target.time })
}
