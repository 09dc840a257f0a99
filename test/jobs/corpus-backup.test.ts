import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { findings, openBackupLab } from './backup-lab.ts'
import { assertSameAsTenant, readMailbox } from './same-as-tenant.ts'

const corpus = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus')

test('corpus: every mail survives the backup byte for byte', {
  skip: existsSync(join(corpus, 'mail')) ? false : 'the corpus is absent',
}, async () => {
  const lab = await openBackupLab({ users: 4, mails: 1, corpus })
  try {
    const run = await lab.backUp()
    assert.equal(run.error, null)
    assert.equal(run.state, 'succeeded')
    await assertSameAsTenant(lab)
    const stored = new Set<string>()
    for (const mailbox of await lab.mailboxes()) {
      for (const mail of await readMailbox(lab, mailbox.id)) stored.add(mail.sha256)
    }
    const files = readdirSync(join(corpus, 'mail'), { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile(),
    )
    const missing = files.filter(
      (file) =>
        !stored.has(
          createHash('sha256')
            .update(readFileSync(join(file.parentPath, file.name)))
            .digest('hex'),
        ),
    )
    assert.deepEqual(
      missing.map((file) => file.name),
      [],
    )
    assert.match(await lab.restic('check', '--read-data'), /no errors were found/)
    assert.deepEqual(await findings(await lab.repository()), [])
  } finally {
    await lab.stop()
  }
})
