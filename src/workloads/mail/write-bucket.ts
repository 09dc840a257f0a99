import { fileNode, type Repository, type RepositoryWriter, type TreeNode } from '../../repository/index.ts'

/** One mail of a bucket: content that is in the repository already, and what `_items.jsonl` says of it. */
export interface BucketItem {
  readonly fileName: string
  readonly size: number
  readonly sha256: string
  readonly content: readonly string[]
  /** Milliseconds since the epoch. */
  readonly receivedAt: number | null
  readonly fingerprint: string
  readonly metadata: Readonly<Record<string, unknown>>
}

export interface LayoutTarget {
  readonly repository: Repository
  readonly writer: RepositoryWriter
  /** Time of the directories and of our own files, in milliseconds since the epoch. */
  readonly time: number
  readonly signal: AbortSignal
}

/**
 * Writes one bucket directory: the mails and their `_items.jsonl`, sorted by file name so that equal state is an equal
 * directory. Answers the directory's id.
 */
export async function writeBucket(target: LayoutTarget, items: readonly BucketItem[]): Promise<string> {
  const sorted = items.toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1))
  const nodes: TreeNode[] = sorted.map((item) =>
    fileNode({
      name: item.fileName,
      size: item.size,
      content: item.content,
      mtime: fileTime(item.receivedAt),
    }),
  )
  const lines = sorted.map((item) => `${JSON.stringify(itemLine(item))}\n`)
  nodes.push(await textFile(target, '_items.jsonl', lines.join('')))
  return target.writer.saveTree(nodes)
}

/** Mails claim any date; files have one that a disk can hold. */
function fileTime(receivedAt: number | null): number {
  return Math.min(Math.max(receivedAt ?? 0, 0), Date.UTC(9999, 11, 31))
}

function itemLine(item: BucketItem): object {
  return {
    file: item.fileName,
    size: item.size,
    sha256: item.sha256,
    fingerprint: item.fingerprint,
    message: item.metadata,
  }
}

/** Stores one of our own files (`_…`) and answers its node. */
export async function textFile(target: LayoutTarget, name: string, text: string): Promise<TreeNode> {
  const { content, size } = await target.writer.saveContent(Buffer.from(text))
  return fileNode({ name, size, content, mtime: target.time })
}
