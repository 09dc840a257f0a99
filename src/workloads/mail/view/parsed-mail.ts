/**
 * The decoded parts of a stored mail. The repository keeps the bytes as Exchange gave them; this is for looking at them
 * and for writing them back. Mails from outside are hostile: whatever they hold, parsing ends in a result.
 */
import PostalMime from 'postal-mime'
import { givenType, plainParts } from './plain-parts.ts'

export interface MailAttachment {
  /** As the mail gives it, paths and all: make it safe before it names a file. */
  readonly name: string
  readonly contentType: string
  /** Without angle brackets; null when the part has none. */
  readonly contentId: string | null
  /** Shown within the body rather than in the list. */
  readonly inline: boolean
  readonly bytes: Buffer
}

export interface ParsedMail {
  readonly html: string | null
  readonly text: string | null
  readonly attachments: readonly MailAttachment[]
  /** The bytes could not be taken apart: body and attachments are empty. */
  readonly unreadable: boolean
}

/** Endings for parts without a name. Exchange Online calls them ATT00001.txt and so on. */
const extensions: Readonly<Record<string, string>> = {
  'message/delivery-status': '.txt',
  'text/calendar': '.ics',
  'text/plain': '.txt',
  'text/html': '.htm',
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
}

/** Takes the bytes of an RFC 822 message apart. Never throws for what the bytes hold. */
export async function parseMail(bytes: Uint8Array): Promise<ParsedMail> {
  try {
    const mail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const email = await PostalMime.parse(plainParts(mail), {
      forceRfc822Attachments: true,
      attachmentEncoding: 'arraybuffer',
    })
    return {
      html: email.html ?? null,
      text: email.text ?? null,
      attachments: email.attachments.map((part, index) => ({
        name: nameOf(part.filename, givenType(part.mimeType), index),
        contentType: typeOf(givenType(part.mimeType)),
        contentId: part.contentId?.replace(/^<|>$/g, '') || null,
        inline: part.related === true || (part.disposition === 'inline' && part.contentId !== undefined),
        bytes: bytesOf(part.content),
      })),
      unreadable: false,
    }
  } catch {
    // Limits of the parser (nesting, header size): the caller offers the original bytes instead.
    return { html: null, text: null, attachments: [], unreadable: true }
  }
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content)
  return content instanceof Uint8Array
    ? Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    : Buffer.from(content)
}

function typeOf(type: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

function nameOf(name: string | null, contentType: string, index: number): string {
  const given = (name ?? '')
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, '_')
    .slice(0, 255)
  if (given.trim() !== '') return given
  if (contentType === 'message/rfc822') return 'Attached message.eml'
  return `ATT${String(index + 1).padStart(5, '0')}${extensions[contentType] ?? '.bin'}`
}
