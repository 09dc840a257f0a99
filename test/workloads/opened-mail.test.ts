/** Mails opened for a restore, with their large parts left where they are: the same comes out as when the whole is taken apart. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type StoredBytes, wholeOf } from '../../src/workloads/content/content.ts'
import { cutMail, usualLimits } from '../../src/workloads/mail/view/cut-mail.ts'
import { openMail } from '../../src/workloads/mail/view/open-mail.ts'
import { corpusMails, hostileMails } from '../corpus.ts'
import { openedAsWhole, sharpLimits, storedInChunks } from './opened-mail.ts'

test('real and hostile mails come out part for part as when they are taken apart whole', async () => {
  let attachments = 0
  for (const { name, bytes } of [...corpusMails(), ...hostileMails()])
    for (const chunk of [997, 65_536]) attachments += (await openedAsWhole(name, bytes, chunk)) ?? 0
  assert.ok(attachments > 10)
})

const head = 'From: a@b.example\r\nContent-Type: multipart/mixed; boundary="=_1"\r\n\r\npreamble'
const mailOf = (...parts: (string | Buffer)[]) =>
  Buffer.concat([
    Buffer.from(head),
    ...parts.flatMap((part) => [Buffer.from('\r\n--=_1\r\n'), Buffer.from(part)]),
    Buffer.from('\r\n--=_1--\r\nepilogue'),
  ])

test('parts of every encoding come out exactly, however the mail is cut off and in whatever pieces it comes', async () => {
  const bytes = Buffer.concat([randomBytes(300), Buffer.from('\r\n--=_\r\n-- \nlines \r\n\r\n')])
  const padded = [bytes.subarray(0, 50), bytes.subarray(50)].map((one) => one.toString('base64')).join('\r\n')
  const quoted = [...bytes]
    .map((byte, index) => `=${byte.toString(16).padStart(2, '0')}${index % 25 === 24 ? '= \t\r\n' : ''}`)
    .join('')
  const coded = (encoding: string, content: Buffer | string) =>
    Buffer.concat([
      Buffer.from(
        `Content-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
      ),
      Buffer.from(content),
    ])
  const mail = mailOf(
    'Content-Type: text/html\r\n\r\n<p>The text of it</p>\r\n',
    coded('base64', padded),
    coded('quoted-printable', quoted),
    coded('8bit', bytes),
    coded('binary', Buffer.concat([bytes, Buffer.from('\r')])),
    coded('x-uuencode', 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n'.padEnd(100)),
    `Content-Type: message/rfc822\r\n\r\n${head}\r\n--=_2\r\n\r\ninner\r\n--=_2--`,
  )
  for (const chunk of [1, 7, 10_000]) assert.equal(await openedAsWhole('whole', mail, chunk), 6)
  for (let length = 0; length < mail.length; length += 13)
    await openedAsWhole(`the first ${length} bytes`, mail.subarray(0, length), 100)
})

test('a part without line breaks is decoded in pieces as it is whole', async () => {
  const line = Buffer.from(`${'=41 b'.repeat(400_000)} `)
  const part = 'Content-Type: image/png\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
  await openedAsWhole('one line', mailOf(Buffer.concat([Buffer.from(part), line])), 100_003)
})

test('text that is too long for memory becomes a file in UTF-8; of what cannot be cut the original is attached', async () => {
  const text = 'Zoë and others, '.repeat(20)
  const part = (charset: string, encoding: BufferEncoding) =>
    mailOf(
      Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\nIn the middle: ${text}`, encoding),
      'Content-Type: image/png\r\n\r\nA',
    )
  for (const mail of [part('iso-8859-1', 'latin1'), part('utf-8', 'utf8')]) {
    const {
      html,
      text: short,
      longText,
      attachments,
    } = await openMail(storedInChunks(mail), { ...sharpLimits, text: 60 })
    assert.deepEqual([html, short, attachments.length], [null, null, 1])
    assert.equal(longText?.name, 'body.txt')
    const file = String(longText && (await wholeOf(longText.content)))
    assert.equal(file.trim(), `In the middle: ${text}`.trim())
    assert.equal(longText?.content.size, Buffer.byteLength(file))
  }
  const mail = part('utf-8', 'utf8')
  const { attachments } = await openMail(storedInChunks(mail), { ...sharpLimits, whole: 100 })
  assert.deepEqual(
    attachments.map(({ name, content }) => [name, content.size]),
    [['original.eml', mail.length]],
  )
  assert.ok(attachments[0] && mail.equals(await wholeOf(attachments[0].content)))
})

test('of a large mail only small parts are held, and its attachment is read only as far as it is wanted', async () => {
  const begin = Buffer.from(
    `${head}\r\n--=_1\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
  )
  const line = Buffer.from(`${'QUJD'.repeat(19)}\r\n`)
  const block = Buffer.concat(Array.from({ length: 1_000 }, () => line))
  const blocks = 500
  let read = 0
  const end = Buffer.from('--=_1--\r\n')
  const large: StoredBytes = {
    async *all() {
      yield begin
      for (let index = 0; index < blocks; index += 1) yield block
      yield end
    },
    async *range(offset, length) {
      assert.deepEqual([offset, length], [begin.length, blocks * block.length - 2])
      for (let index = 0; index < blocks; index += 1) {
        read += 1
        yield index === blocks - 1 ? block.subarray(0, -2) : block
      }
    },
  }
  const cut = await cutMail(large.all(), usualLimits)
  assert.ok(cut && cut.mail.length < 1_000, `${cut?.mail.length} bytes are left of ${blocks * block.length}`)
  const { attachments } = await openMail(large)
  assert.equal(attachments[0]?.content.size, blocks * 1_000 * 57)
  const [begun] = attachments
  for await (const piece of begun?.content.open() ?? []) {
    assert.equal(String(piece.subarray(0, 6)), 'ABCABC')
    break
  }
  assert.equal(read, 1)
})
