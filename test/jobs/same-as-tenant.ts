import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { lookup, type Repository, type TreeNode } from '../../src/repository/index.ts'
import type { BackupLab, ListedMail } from './backup-lab.ts'

interface StoredLine {
  file: string
  sha256: string
  size: number
  message: { id: string; subject?: string; isRead?: boolean }
}
export interface StoredMail extends StoredLine {
  /** Names of the folders, joined by `/`. */
  folder: string
  bucket: string
}

/** The newest restore point, read back from tree and `_items.jsonl`, with every mail's bytes. */
export async function readMailbox(lab: BackupLab, mailboxId: string): Promise<StoredMail[]> {
  const repository = await lab.repository()
  // Another process may have written.
  await repository.refreshIndex()
  const { db } = lab.database
  const home = await db.selectFrom('repositories').selectAll().executeTakeFirstOrThrow()
  const resource = await db
    .selectFrom('resources')
    .selectAll()
    .where('external_id', '=', mailboxId)
    .where('workload', '=', 'mail')
    .executeTakeFirstOrThrow()
  assert.ok(home.head_root && resource.directory)
  const node = await lookup(repository, home.head_root, resource.directory.split('/'))
  assert.ok(node?.subtree)
  const found: StoredMail[] = []
  await walk(repository, node.subtree, [], found)
  return found
}

async function walk(
  repository: Repository,
  tree: string,
  path: string[],
  found: StoredMail[],
): Promise<void> {
  const nodes = await repository.loadTree(tree)
  assert.ok(nodes.length <= 1_000, 'a directory stays small')
  const lines = nodes.find((node) => node.name === '_items.jsonl')
  if (lines) await readBucket(repository, nodes, lines, path, found)
  for (const node of nodes) {
    if (node.subtree === undefined) continue
    const isFolder = (await repository.loadTree(node.subtree)).find(({ name }) => name === '_folder.json')
    const name = isFolder ? JSON.parse(await text(repository, isFolder)).name : `bucket ${node.name}`
    await walk(repository, node.subtree, [...path, name], found)
  }
}

async function readBucket(
  repository: Repository,
  nodes: readonly TreeNode[],
  lines: TreeNode,
  path: string[],
  found: StoredMail[],
): Promise<void> {
  const described = (await text(repository, lines))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredLine)
  const files = nodes.filter((node) => node.name.endsWith('.eml'))
  assert.deepEqual(
    described.map((line) => line.file).sort(),
    files.map((node) => node.name).sort(),
    'every mail has one line and one file',
  )
  for (const line of described) {
    const file = files.find((node) => node.name === line.file)
    assert.ok(file)
    const hash = createHash('sha256')
    for await (const bytes of repository.readFile(file)) hash.update(bytes)
    assert.equal(hash.digest('hex'), line.sha256)
    found.push({ ...line, folder: path.slice(0, -1).join('/'), bucket: path.at(-1) ?? '' })
  }
}

async function text(repository: Repository, node: TreeNode): Promise<string> {
  const parts: Buffer[] = []
  for await (const bytes of repository.readFile(node)) parts.push(bytes)
  return Buffer.concat(parts).toString('utf8')
}

const folderOf = (mail: ListedMail) => (Array.isArray(mail.folder) ? mail.folder.join('/') : mail.folder)

export interface Comparison {
  /** Mailbox ids to leave out. */
  readonly without?: readonly string[]
  /** Ids of mails that are known to be missing. */
  readonly missing?: readonly string[]
  /** The tenant gives other bytes at each read: compare all but them. */
  readonly unstable?: boolean
}

/** Tree, `_items.jsonl` and catalog hold what the tenant's mailboxes hold: each mail once, in its folder, with its bytes. */
export async function assertSameAsTenant(lab: BackupLab, comparison: Comparison = {}): Promise<void> {
  const { without = [], missing = [], unstable = false } = comparison
  for (const mailbox of await lab.mailboxes()) {
    if (without.includes(mailbox.id)) continue
    const truth = await lab.truth(mailbox.id)
    const expected = truth.messages
      .filter((mail) => !missing.includes(mail.id))
      .map((mail) => [mail.id, folderOf(mail), mail.isRead, unstable ? '' : mail.sha256])
      .sort(byText)
    const stored = (await readMailbox(lab, mailbox.id))
      .map((mail) => [mail.message.id, mail.folder, mail.message.isRead, unstable ? '' : mail.sha256])
      .sort(byText)
    assertSameList(stored, expected)
    const rows = await lab.database.db
      .selectFrom('items')
      .innerJoin('resources', 'resources.id', 'items.resource_id')
      .innerJoin('folder_versions', 'folder_versions.folder_id', 'items.folder_id')
      .innerJoin('repositories', 'repositories.organization_id', 'resources.organization_id')
      .select(['items.external_id', 'folder_versions.path', 'items.is_read', 'items.sha256'])
      .where('resources.external_id', '=', mailbox.id)
      .where('resources.workload', '=', 'mail')
      .whereRef('items.valid_from', '<=', 'repositories.head_sequence')
      .where('items.valid_to', 'is', null)
      .where('folder_versions.valid_to', 'is', null)
      .execute()
    assertSameList(
      rows
        .map((row) => [
          row.external_id,
          row.path.replaceAll(' / ', '/'),
          row.is_read,
          unstable ? '' : row.sha256,
        ])
        .sort(byText),
      expected,
    )
  }
}

const byText = (a: readonly unknown[], b: readonly unknown[]) =>
  JSON.stringify(a) < JSON.stringify(b) ? -1 : 1

/** Says what is missing and what is too much, not both lists. */
function assertSameList(actual: readonly unknown[][], expected: readonly unknown[][]): void {
  const texts = (list: readonly unknown[][]) => list.map((entry) => JSON.stringify(entry))
  const [have, want] = [texts(actual), texts(expected)]
  const [haveSet, wantSet] = [new Set(have), new Set(want)]
  assert.deepEqual(
    {
      missing: want.filter((entry) => !haveSet.has(entry)).slice(0, 5),
      tooMuch: have.filter((entry) => !wantSet.has(entry)).slice(0, 5),
      count: have.length,
    },
    { missing: [], tooMuch: [], count: want.length },
  )
}
