import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { simpleParser } from 'mailparser'
import {
  loadCorpus,
  type MailboxScene,
  planFolders,
  planMail,
  writeMime,
} from '../../simulator/content/index.ts'
import { rewriteMime } from '../../simulator/mail/unstable-mime.ts'
import { sha256 } from './mail-client.ts'

const scene: MailboxScene = {
  seed: '5',
  mailboxIndex: 0,
  owner: { name: 'Owner', address: 'owner@example.net' },
  colleagues: [{ name: 'Colleague', address: 'colleague@example.net' }],
  folders: planFolders(0),
  count: 400,
}
const plans = Array.from({ length: scene.count }, (_, index) => planMail(scene, index))

test('generated mails are as varied as those of a real mailbox', () => {
  const files = plans.flatMap((plan) => plan.attachments)
  const count = (test: (plan: (typeof plans)[number]) => boolean) => plans.filter(test).length
  assert.ok(new Set(plans.map((plan) => new Date(plan.sentAt).getUTCFullYear())).size >= 6)
  assert.ok(new Set(plans.map((plan) => plan.folder)).size >= 15)
  assert.ok(new Set(plans.map((plan) => plan.charset)).size >= 6)
  assert.ok(new Set(plans.map((plan) => plan.thread)).size < plans.length * 0.8)
  for (const test of [
    (plan: (typeof plans)[number]) => plan.subject === '',
    (plan: (typeof plans)[number]) => plan.subject.length > 250,
    (plan: (typeof plans)[number]) => plan.html === undefined,
    (plan: (typeof plans)[number]) => !plan.isRead,
    (plan: (typeof plans)[number]) => plan.isDraft,
    (plan: (typeof plans)[number]) => plan.flag === 'flagged',
    (plan: (typeof plans)[number]) => plan.importance === 'high',
    (plan: (typeof plans)[number]) => plan.categories.length > 0,
    (plan: (typeof plans)[number]) => plan.references.length > 1,
  ])
    assert.ok(count(test) > 0, test.toString())
  assert.ok(files.some((file) => file.isInline))
  assert.ok(files.some((file) => file.contentType === 'message/rfc822'))
  assert.ok(files.some((file) => file.size > 3_000_000))
  assert.ok(files.some((file) => file.size < 5_000))
  for (const file of files.slice(0, 30)) assert.equal(file.bytes().length, file.size)
})

test('a plan and its MIME are the same each time', () => {
  for (const index of [0, 17, 311]) {
    assert.deepEqual(JSON.stringify(planMail(scene, index)), JSON.stringify(plans[index]))
    assert.ok(writeMime(planMail(scene, index)).equals(writeMime(planMail(scene, index))))
  }
})

test('hostile mails are there with and without a corpus, and a missing corpus folder is an error', () => {
  const empty = mkdtempSync(join(tmpdir(), 'corpus-'))
  try {
    const hostile = loadCorpus(empty).map((mail) => mail.name)
    assert.ok(hostile.length >= 10)
    const own = loadCorpus(undefined).map((mail) => mail.name)
    assert.ok(hostile.every((name) => own.includes(name)))
    assert.ok(own.length > hostile.length)
    assert.equal(new Set(own).size, own.length)
    assert.throws(() => loadCorpus(join(empty, 'nowhere')), /does not exist/)
  } finally {
    rmSync(empty, { recursive: true })
  }
})

test('rewritten MIME of hostile and malformed mails decodes as before', async () => {
  for (const mail of loadCorpus(undefined)) {
    const bytes = mail.read()
    if (bytes.length > 1_000_000) continue
    const facts = async (form: Buffer) => {
      const parsed = await simpleParser(form, { skipHtmlToText: true })
      return [
        parsed.subject,
        parsed.from?.text,
        parsed.text,
        parsed.html,
        parsed.attachments.map((part) => [part.filename, sha256(part.content)]),
      ]
    }
    assert.deepEqual(await facts(rewriteMime(bytes)), await facts(bytes), mail.name)
  }
})
