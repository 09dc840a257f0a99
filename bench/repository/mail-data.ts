/**
 * The data of the comparison: many mail-like files and some large ones, the same for the same seed. A mail is headers, text and,
 * in half of them, an attachment in base64 (which shrinks by a quarter at best, as in real mail). Large files mix text and bytes
 * that do not compress, in pieces, as documents do.
 */
import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SeededRandom, seededRandom } from '../random.ts'
import { corpusText, textPool } from './text-pool.ts'

export interface DataShape {
  readonly mails: number
  readonly largeFiles: number
  /** Bytes of a large file, from and to. */
  readonly largeBytes: readonly [number, number]
}

export const fullShape: DataShape = {
  mails: 20_000,
  largeFiles: 20,
  largeBytes: [25_000_000, 50_000_000],
}
export const smallShape: DataShape = { mails: 120, largeFiles: 1, largeBytes: [2_000_000, 3_000_000] }

const mailBytes = [5_000, 100_000] as const
const mailsPerFolder = 500
const poolBytes = 24_000_000
const changedShare = 0.01

export interface MailData {
  /** Writes all files below `folder` and answers their bytes. */
  create(folder: string): Promise<number>
  /** Replaces one percent of the mails and a piece of the first large file; other content for each version from 1 on. */
  change(folder: string, version: number): Promise<void>
  /** A mail in the middle, as a path below the folder. */
  readonly oneItem: string
}

export function mailData(
  shape: DataShape,
  options: { readonly corpus: string; readonly seed: string },
): MailData {
  const poolSize = Math.min(poolBytes, shape.mails * 50_000)
  const pool = textPool(corpusText(options.corpus), poolSize, seededRandom(`${options.seed} text`))
  const pathOf = (mail: number) => join('mail', `${Math.floor(mail / mailsPerFolder)}`, `message ${mail}.eml`)
  const largeOf = (file: number) => join('large', `document ${file}.bin`)
  const mailOf = (mail: number, version: number) =>
    makeMail(pool, mail, seededRandom(`${options.seed} mail ${mail} ${version}`))
  return {
    oneItem: pathOf(Math.floor(shape.mails / 2)),
    async create(folder) {
      let bytes = 0
      for (let mail = 0; mail < shape.mails; mail++) {
        if (mail % mailsPerFolder === 0) await mkdir(join(folder, pathOf(mail), '..'), { recursive: true })
        const content = mailOf(mail, 0)
        await writeFile(join(folder, pathOf(mail)), content)
        bytes += content.length
      }
      await mkdir(join(folder, 'large'), { recursive: true })
      for (let file = 0; file < shape.largeFiles; file++) {
        const random = seededRandom(`${options.seed} large ${file}`)
        const size = random.between(...shape.largeBytes)
        await writeFile(join(folder, largeOf(file)), largeContent(pool, size, random))
        bytes += size
      }
      return bytes
    },
    async change(folder, version) {
      const every = Math.round(1 / changedShare)
      for (let mail = 7; mail < shape.mails; mail += every)
        await writeFile(join(folder, pathOf(mail)), mailOf(mail, version))
      const file = await open(join(folder, largeOf(0)), 'r+')
      await file.write(
        seededRandom(`${options.seed} change ${version}`).bytes(1_000_000),
        0,
        1_000_000,
        500_000,
      )
      await file.close()
    },
  }
}

function slice(pool: Buffer, length: number, random: SeededRandom): Buffer {
  const from = random.between(0, Math.max(0, pool.length - length))
  return pool.subarray(from, from + length)
}

function makeMail(pool: Buffer, number: number, random: SeededRandom): Buffer {
  const size = random.between(...mailBytes)
  const boundary = random.bytes(12).toString('hex')
  const head = [
    `Received: from mx${random.between(1, 9)}.example.com by mail.example.org with ESMTPS id ${random.bytes(9).toString('base64url')}`,
    `Message-ID: <${random.bytes(16).toString('hex')}@example.com>`,
    `Date: ${new Date(1_700_000_000_000 + number * 731_000).toUTCString()}`,
    `From: Person ${random.between(1, 400)} <person${random.between(1, 400)}@example.com>`,
    `To: Person ${random.between(1, 400)} <person${random.between(1, 400)}@example.org>`,
    `Subject: ${slice(pool, 40, random).toString('latin1').replaceAll(/\s+/g, ' ')}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    '',
  ].join('\r\n')
  const attached = random.between(1, 2) === 1
  const text = slice(pool, attached ? random.between(1000, 5000) : size - head.length, random)
  if (!attached) return Buffer.concat([Buffer.from(head), text, Buffer.from(`\r\n--${boundary}--\r\n`)])
  const base64 = random
    .bytes(Math.max(0, Math.floor((size - head.length - text.length) * 0.74)))
    .toString('base64')
  const lines = base64.replaceAll(/.{76}/g, '$&\r\n')
  const part = `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n`
  return Buffer.concat([Buffer.from(head), text, Buffer.from(`${part}${lines}\r\n--${boundary}--\r\n`)])
}

function largeContent(pool: Buffer, size: number, random: SeededRandom): Buffer {
  const parts: Buffer[] = []
  let filled = 0
  while (filled < size) {
    const length = Math.min(random.between(2_000, 60_000), size - filled)
    parts.push(random.between(1, 2) === 1 ? slice(pool, length, random) : random.bytes(length))
    filled += length
  }
  return Buffer.concat(parts, size)
}
