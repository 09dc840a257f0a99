import { createHash } from 'node:crypto'
import iconv from 'iconv-lite'
import type { AttachmentPlan } from './attachment-plan.ts'
import type { MailPlan, Person } from './mail-plan.ts'

/** Writes a generated mail as RFC 5322 bytes. The same plan always gives the same bytes. */

const lineBreak = '\r\n'
const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

const encodedWords = (text: string): string => {
  const out: string[] = []
  let line = ''
  for (const character of text) {
    if (Buffer.byteLength(line + character) > 42) {
      out.push(line)
      line = ''
    }
    line += character
  }
  out.push(line)
  return out.map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join(`${lineBreak} `)
}

const fold = (text: string): string => text.replace(/(.{40,70}) (?=\S)/g, `$1${lineBreak} `)
const unstructured = (text: string): string => (isPlain(text) ? fold(text) : encodedWords(text))

const mailboxOf = (person: Person): string => {
  const name = isPlain(person.name) ? `"${person.name.replace(/["\\]/g, '\\$&')}"` : encodedWords(person.name)
  return `${name} <${person.address}>`
}
const peopleOf = (people: readonly Person[]): string => people.map(mailboxOf).join(`,${lineBreak} `)

const dateOf = (time: number): string => new Date(time).toUTCString().replace('GMT', '+0000')

const base64Lines = (bytes: Buffer): string =>
  bytes.toString('base64').replace(/.{76}(?=.)/g, `$&${lineBreak}`)

const quotedPrintable = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .split('\n')
    .map((line) =>
      line
        .replace(
          /[^\x20-\x3c\x3e-\x7e]/g,
          (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .replace(/ $/, '=20')
        .replace(/(?:=[0-9A-F]{2}|[^=]){72,74}(?=.)/g, `$&=${lineBreak}`),
    )
    .join(lineBreak)

const textPart = (subtype: string, text: string, charset: string): string => {
  const bytes = charset === 'utf-8' ? Buffer.from(text) : iconv.encode(text, charset)
  const wide = bytes.length > 0 && bytes.filter((byte) => byte > 126).length > bytes.length / 6
  return [
    `Content-Type: text/${subtype}; charset=${charset}`,
    `Content-Transfer-Encoding: ${wide ? 'base64' : 'quoted-printable'}`,
    '',
    wide ? base64Lines(bytes) : quotedPrintable(bytes),
  ].join(lineBreak)
}

const parameter = (name: string, value: string): string =>
  isPlain(value)
    ? `${name}="${value.replace(/["\\]/g, '\\$&')}"`
    : `${name}*=utf-8''${encodeURIComponent(value).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`

const attachmentPart = (attachment: AttachmentPlan): string => {
  const isMessage = attachment.contentType === 'message/rfc822'
  return [
    `Content-Type: ${attachment.contentType};${lineBreak} ${parameter('name', attachment.name)}`,
    `Content-Disposition: ${attachment.isInline ? 'inline' : 'attachment'};${lineBreak} ${parameter('filename', attachment.name)}`,
    ...(attachment.contentId ? [`Content-ID: <${attachment.contentId}>`] : []),
    `Content-Transfer-Encoding: ${isMessage ? '7bit' : 'base64'}`,
    '',
    isMessage ? attachment.bytes().toString('latin1') : base64Lines(attachment.bytes()),
  ].join(lineBreak)
}

const multipart = (subtype: string, boundary: string, parts: readonly string[]): string =>
  [
    `Content-Type: multipart/${subtype};${lineBreak} boundary="${boundary}"`,
    '',
    ...parts.flatMap((part) => [`--${boundary}`, part]),
    `--${boundary}--`,
    '',
  ].join(lineBreak)

/** The bytes of a generated mail. */
export const writeMime = (plan: MailPlan): Buffer => {
  const stem = createHash('sha256').update(plan.messageId).digest('hex').slice(0, 20)
  const inline = plan.attachments.filter((attachment) => attachment.isInline)
  const files = plan.attachments.filter((attachment) => !attachment.isInline)
  let content = textPart('plain', plan.text, plan.charset)
  if (plan.html !== undefined)
    content = multipart('alternative', `_000_${stem}_`, [content, textPart('html', plan.html, plan.charset)])
  if (inline.length > 0)
    content = multipart('related', `_001_${stem}_`, [content, ...inline.map(attachmentPart)])
  if (files.length > 0) content = multipart('mixed', `_002_${stem}_`, [content, ...files.map(attachmentPart)])
  const headers = [
    `Received: from mail.example.net by simulated.example with SMTP;${lineBreak} ${dateOf(plan.receivedAt)}`,
    `From: ${mailboxOf(plan.from)}`,
    ...(plan.to.length > 0 ? [`To: ${peopleOf(plan.to)}`] : []),
    ...(plan.cc.length > 0 ? [`Cc: ${peopleOf(plan.cc)}`] : []),
    ...(plan.bcc.length > 0 ? [`Bcc: ${peopleOf(plan.bcc)}`] : []),
    ...(plan.replyTo.length > 0 ? [`Reply-To: ${peopleOf(plan.replyTo)}`] : []),
    `Subject: ${unstructured(plan.subject)}`,
    `Date: ${dateOf(plan.sentAt)}`,
    `Message-ID: ${plan.messageId}`,
    ...(plan.inReplyTo ? [`In-Reply-To: ${plan.inReplyTo}`] : []),
    ...(plan.references.length > 0 ? [`References: ${plan.references.join(`${lineBreak} `)}`] : []),
    ...(plan.importance === 'normal' ? [] : [`Importance: ${plan.importance}`]),
    'MIME-Version: 1.0',
  ]
  return Buffer.from(`${headers.join(lineBreak)}${lineBreak}${content}${lineBreak}`, 'latin1')
}
