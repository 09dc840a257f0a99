import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailItemView } from '../../src/contract/index.ts'
import { corpusDirectory, corpusMails, noCorpus } from '../corpus.ts'
import { openRestoreLab } from './restore-lab.ts'
import { differences, emlOf, originalId, sha256 } from './same-mail.ts'

for (const mimeUnstable of [false, true]) {
  const way = mimeUnstable ? ' by a server that writes MIME anew at each read' : ''
  test(`corpus: every mail${way} is exported byte for byte and restored equal`, {
    skip: noCorpus,
  }, async () => {
    const lab = await openRestoreLab({ users: 4, mails: 1, corpus: corpusDirectory, mimeUnstable })
    try {
      assert.equal((await lab.backUp()).state, 'succeeded')
      const items: MailItemView[] = []
      const seen = new Set<string>()
      for (const { userPrincipalName } of await lab.mailboxes()) {
        const { messages } = await lab.truth(userPrincipalName)
        const held = await lab.items(userPrincipalName)
        items.push(...held)
        for (const item of held) {
          const id = await originalId(lab, item.id)
          const mail = messages.find((one) => one.id === id)
          const bytes = await emlOf(lab, item.id)
          assert.equal(bytes.length, item.size)
          assert.ok(mail, item.subject)
          assert.ok(mail.served.includes(sha256(bytes)), `${mail.corpus}: the bytes that Graph gave`)
          if (mail.corpus !== undefined) seen.add(mail.corpus)
        }
      }
      assert.deepEqual(
        corpusMails()
          .map(({ name }) => name)
          .filter((name) => !seen.has(name)),
        [],
        'every mail of the corpus is in a mailbox',
      )
      const life = lab.startRestores()
      const restore = await life.restore({ selection: { items: items.map((item) => item.id) } })
      assert.equal(restore.state, 'succeeded')
      assert.equal(restore.counts.restored, items.length)
      assert.deepEqual(await differences(lab, life, restore.id, items), [])
    } finally {
      await lab.stop()
    }
  })
}
