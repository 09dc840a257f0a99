/** Opening a mail for a restore, held against taking it apart whole. */
import assert from 'node:assert/strict'
import { type StoredBytes, wholeOf } from '../../src/workloads/content/content.ts'
import { openMail } from '../../src/workloads/mail/view/open-mail.ts'
import { parseMail } from '../../src/workloads/mail/view/parsed-mail.ts'

/** Bytes that come in chunks. */
export function storedInChunks(bytes: Buffer, chunk = 1_000): StoredBytes {
  const chunks = async function* (from: number, to: number) {
    for (let at = from; at < to; at += chunk) yield bytes.subarray(at, Math.min(to, at + chunk))
  }
  return {
    all: () => chunks(0, bytes.length),
    range: (offset, length) => chunks(offset, offset + length),
  }
}

/** Cuts whatever is longer than some bytes. */
export const sharpLimits = { part: 40, text: 1_000_000_000, whole: 1_000_000_000 }

/** @returns the number of attachments; null for a mail that is given as a whole, because it cannot be taken apart */
export async function openedAsWhole(name: string, mail: Buffer, chunk: number): Promise<number | null> {
  const whole = await parseMail(mail)
  const opened = await openMail(storedInChunks(mail, chunk), sharpLimits)
  const [first] = opened.attachments
  if (first?.name === 'original.eml' && first.content.size === mail.length) {
    assert.ok(mail.equals(await wholeOf(first.content)), name)
    return null
  }
  assert.deepEqual([opened.html, opened.text], [whole.html, whole.text], name)
  assert.deepEqual(
    opened.attachments.map(({ content: _content, ...about }) => about),
    whole.attachments.map(({ bytes: _bytes, ...about }) => about),
    name,
  )
  for (const [index, { content }] of opened.attachments.entries()) {
    const bytes = await wholeOf(content)
    assert.ok(
      bytes.equals(whole.attachments[index]?.bytes ?? Buffer.alloc(0)),
      `${name}, attachment ${index}`,
    )
    assert.equal(content.size, bytes.length, name)
  }
  return opened.attachments.length
}
