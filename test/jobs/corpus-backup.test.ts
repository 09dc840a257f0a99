/** Every file of the corpus goes through the tenant and a backup once, and comes back by stock restic and by the product's own downloads. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { createFileDownloads } from '../../src/jobs/index.ts'
import { askOf, protectAll, restoreWithRestic } from '../contract/contract-lab.ts'
import { differences } from '../contract/differences.ts'
import { readOutlookFile, sha256 } from '../contract/outlook-file.ts'
import { readRestoredTree } from '../contract/restored-tree.ts'
import {
  type Ask,
  driveOf,
  drivesOf,
  type Fields,
  mailboxesOf,
  mailOf,
  outlookOf,
  tenantState,
} from '../contract/tenant-state.ts'
import { corpusDirectory, noCorpus } from '../corpus.ts'
import { openRestoreLab, type RestoreLab } from '../restores/restore-lab.ts'
import { findings } from './backup-lab.ts'
import { assertSameAsTenant } from './same-as-tenant.ts'

/** Folders of the corpus, and what their files become. */
const kinds = { mail: 'mail', calendar: 'calendar', contacts: 'contacts', files: 'drive' } as const
type Kind = (typeof kinds)[keyof typeof kinds]

function filesOnDisk(folder: string): Map<string, Buffer> {
  const top = join(corpusDirectory, folder)
  if (!existsSync(top)) return new Map()
  const files = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(top, path), readFileSync(path)]
    }),
  )
}

/** Microsoft's ids of what was made of the corpus, with the names of the files; what is our own is left out. */
async function inTenant(ask: Ask, kind: Kind): Promise<{ id: string; name: string }[]> {
  const found: { id: string; corpus?: unknown }[] = []
  if (kind === 'drive') for (const { id } of await drivesOf(ask)) found.push(...(await driveOf(ask, id)))
  else
    for (const { id } of await mailboxesOf(ask))
      found.push(
        ...(kind === 'mail' ? (await mailOf(ask, id)).messages : (await outlookOf(ask, id, kind)).items),
      )
  return found.flatMap(({ id, corpus }) =>
    typeof corpus === 'string' && !corpus.startsWith('own/') ? [{ id, name: corpus }] : [],
  )
}

async function download(lab: RestoreLab, kind: Kind, externalId: string): Promise<Buffer> {
  const { db } = lab.database
  const { id } = await db
    .selectFrom('items')
    .select('id')
    .where('external_id', '=', externalId)
    .executeTakeFirstOrThrow()
  if (kind !== 'drive') return buffer((await lab.downloads.eml(id)).content)
  const file = await createFileDownloads({ db, repositories: lab.service.repositories }).open(id)
  return buffer(file.read(0, file.size))
}

test('corpus: every file survives the backup, its bytes where they are kept and its parts where Microsoft rebuilds them', {
  skip: noCorpus,
}, async (t) => {
  const lab = await openRestoreLab({ users: 4, mails: 1, events: 1, contacts: 1, tasks: 1, files: 1, sites: 1, corpus: corpusDirectory }) // biome-ignore format: one line
  let restored: string | undefined
  try {
    await protectAll(lab)
    const ask = askOf(lab)
    const run = await lab.backUp()
    assert.equal(run.error, null)
    assert.equal(run.state, 'succeeded')
    await assertSameAsTenant(lab)
    restored = await restoreWithRestic(lab)
    let through = 0
    let onDisk = 0
    for (const [folder, kind] of Object.entries(kinds)) {
      const files = filesOnDisk(folder)
      assert.ok(files.size > 0, folder)
      onDisk += files.size
      const tree = readRestoredTree(restored, kind)
      assert.deepEqual(differences(await tenantState(ask, kind), tree, kind), [])
      const made = await inTenant(ask, kind)
      assert.deepEqual(made.map(({ name }) => name).sort(), [...files.keys()].sort(), 'each exactly once')
      for (const { id, name } of made) {
        const file = files.get(name) ?? Buffer.of()
        const facts = tree.items.get(id)?.facts
        assert.ok(facts, name)
        assertHolds(kind, facts, file, name)
        const bytes = await download(lab, kind, id)
        if (kind === 'mail' || kind === 'drive') assert.equal(sha256(bytes), sha256(file), name)
        else assert.deepEqual(readOutlookFile(bytes, name), facts, name)
        through += 1
      }
    }
    assert.equal(through, onDisk)
    t.diagnostic(`${through} files of the corpus`)
    assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
    assert.deepEqual(await findings(await lab.repository()), [])
  } finally {
    if (restored !== undefined) rmSync(restored, { recursive: true, force: true })
    await lab.stop()
  }
})

/** What stock restic gave holds the file: a calendar file is attached to its event, and a card stands in the note of its contact as far as that goes. */
function assertHolds(kind: Kind, facts: Fields, file: Buffer, name: string): void {
  if (kind === 'calendar') {
    const attached = (facts['attachments'] as { sha256: string }[]).map((one) => one.sha256)
    assert.ok(attached.includes(sha256(file)), name)
  } else if (kind === 'contacts') {
    const note = String((facts['fields'] as Fields)['personalNotes'])
    assert.equal(note, file.toString('utf8').slice(0, 30_000), name)
  } else assert.equal(facts['sha256'], sha256(file), name)
}
