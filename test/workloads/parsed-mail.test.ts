import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { parseMail } from '../../src/workloads/index.ts'

const head = [
  'From: a@b.example',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="=_outer_1"',
  '',
]

function mailOf(...parts: (string | Buffer)[]): Buffer {
  const pieces: Buffer[] = [Buffer.from(head.join('\r\n'))]
  for (const part of parts) pieces.push(Buffer.from('\r\n--=_outer_1\r\n'), Buffer.from(part))
  return Buffer.concat([...pieces, Buffer.from('\r\n--=_outer_1--\r\n')])
}

const contentOf = async (mail: Buffer, index = 0) => (await parseMail(mail)).attachments[index]?.bytes

test('an attachment keeps its bytes whatever encoding it was sent in', async () => {
  const bytes = Buffer.concat([randomBytes(2_000), Buffer.from('\r\nlines\nof\rall kinds \r\n\r\n')])
  const named = 'Content-Type: application/octet-stream; name=a.bin\r\n'
  const coded = (encoding: string, content: Buffer) =>
    mailOf(Buffer.concat([Buffer.from(`${named}Content-Transfer-Encoding: ${encoding}\r\n\r\n`), content]))
  for (const encoding of ['7bit', '8bit', 'binary', 'plain', ''])
    assert.deepEqual(await contentOf(coded(encoding, bytes)), bytes, encoding)
  assert.deepEqual(await contentOf(coded('base64', Buffer.from(bytes.toString('base64')))), bytes)
  const quoted = [...bytes].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`)
  const soft = Buffer.from(quoted.map((one, index) => (index % 20 === 19 ? `${one}=\r\n` : one)).join(''))
  assert.deepEqual(await contentOf(coded('quoted-printable', soft)), bytes)
})

test('uuencoded attachments are decoded', async () => {
  const lines = ['begin 644 cat.txt', '#0V%T', '`', 'end'].join('\r\n')
  const part = `Content-Type: text/plain; name=cat.txt\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n${lines}`
  assert.equal(String(await contentOf(mailOf(part))), 'Cat')
})

test('attached messages and invitations are attachments with their very bytes', async () => {
  const inner =
    'Subject: inner\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x--\r\n'
  const invitation = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n'
  const mail = mailOf(
    `Content-Type: message/rfc822\r\n\r\n${inner}`,
    `Content-Type: text/calendar; method=REQUEST\r\n\r\n${invitation}`,
  )
  const { attachments } = await parseMail(mail)
  assert.deepEqual(
    attachments.map(({ name, contentType, bytes }) => [name, contentType, bytes.toString()]),
    [
      ['Attached message.eml', 'message/rfc822', inner],
      ['ATT00002.ics', 'text/calendar', invitation],
    ],
  )
})

test('text in a mislabelled character set is read as what it is', async () => {
  for (const charset of ['us-ascii', 'X-UNKNOWN', 'utf-8'])
    assert.equal(
      (await parseMail(Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\nZoë`))).text?.trim(),
      'Zoë',
      charset,
    )
  const latin = Buffer.from('Content-Type: text/plain; charset=x-unknown\r\n\r\nZo\xeb', 'latin1')
  assert.equal((await parseMail(latin)).text?.trim(), 'Zoë')
})

test('cut-off, unclosed and boundless mails are read as far as they go', async () => {
  const whole = mailOf('Content-Type: text/plain\r\n\r\nfirst', 'Content-Type: image/png\r\n\r\n12345')
  for (let length = 0; length <= whole.length; length += 7)
    assert.equal((await parseMail(whole.subarray(0, length))).unreadable, false)
  const unclosed = whole.subarray(0, whole.lastIndexOf('\r\n--=_outer_1--'))
  assert.equal(String(await contentOf(unclosed)), '12345')
  assert.equal((await parseMail(unclosed)).text?.trim(), 'first')
})
