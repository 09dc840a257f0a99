import { deflateSync } from 'node:zlib'
import { type Random, seededBytes } from './random.ts'
import { phrase, sentence } from './words.ts'

/** An attachment described by its size; the bytes are made when somebody asks for them. */
export type AttachmentPlan = {
  readonly name: string
  readonly contentType: string
  /** Length of the decoded content in bytes. */
  readonly size: number
  readonly isInline: boolean
  readonly contentId?: string
  readonly bytes: () => Buffer
}

const kinds: readonly [
  readonly [string, string, 'noise' | 'text'],
  ...(readonly [string, string, 'noise' | 'text'])[],
] = [
  ['pdf', 'application/pdf', 'noise'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'noise'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'noise'],
  ['csv', 'text/csv', 'text'],
  ['txt', 'text/plain', 'text'],
  ['zip', 'application/zip', 'noise'],
  ['bin', 'application/octet-stream', 'noise'],
]

const names: readonly [string, ...string[]] = [
  'report', 'Übersicht', '報告書', 'two words', 'semi;colon', 'quote"d', '../escape', 'x'.repeat(120), 'données', '📎',
] // biome-ignore format: a list

/** A file of 1 KB to 200 KB, small ones far more often than big ones, or of `size` bytes. */
export const planFile = (random: Random, label: string, size?: number): AttachmentPlan => {
  const [ending, contentType, kind] = random.pick(kinds)
  const length = size ?? Math.round(1024 * 200 ** (random.next() ** 1.5))
  const name = `${random.chance(0.2) ? random.pick(names) : phrase(random, 2).replaceAll(' ', '-')}.${ending}`
  return { name, contentType, size: length, isInline: false, bytes: () => seededBytes(label, length, kind) }
}

/** A picture that the HTML body shows by `cid:`; a real PNG of one colour. */
export const planInlineImage = (random: Random, contentId: string): AttachmentPlan => {
  const bytes = png([random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)])
  return {
    name: 'image001.png',
    contentType: 'image/png',
    size: bytes.length,
    isInline: true,
    contentId,
    bytes: () => bytes,
  }
}

/** A mail inside the mail. */
export const planMessage = (random: Random): AttachmentPlan => {
  const subject = phrase(random, 4)
  const bytes = Buffer.from(
    [
      'From: Inner Sender <inner@example.net>',
      'To: Somebody <somebody@example.net>',
      `Subject: ${subject}`,
      `Message-ID: <inner-${random.integer(1, 1e9)}@example.net>`,
      'Date: Tue, 5 Mar 2019 09:10:11 +0100',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      sentence(random),
      sentence(random),
      '',
    ].join('\r\n'),
  )
  return {
    name: `${subject}.eml`,
    contentType: 'message/rfc822',
    size: bytes.length,
    isInline: false,
    bytes: () => bytes,
  }
}

const crcTable = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  let sum = 0xffffffff
  for (const byte of body) sum = (crcTable[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8)
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE((sum ^ 0xffffffff) >>> 0, body.length + 4)
  return out
}

const png = (colour: readonly [number, number, number]): Buffer => {
  const header = Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0])
  const row = Buffer.from([0, ...Array.from({ length: 16 }, () => colour).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: 16 }, () => row)))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
