/**
 * The decoded parts of a stored mail. The repository keeps the bytes as Exchange gave them; this is for looking at them
 * and for writing them back. Mails from outside are hostile: whatever they hold, parsing ends in a result.
 */
import PostalMime from 'postal-mime'

export interface MailAttachment {
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

const extensions: Readonly<Record<string, string>> = {
  'message/rfc822': '.eml',
  'text/calendar': '.ics',
  'text/plain': '.txt',
  'text/html': '.html',
  'application/pdf': '.pdf',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
}

/** Takes the bytes of an RFC 822 message apart. Never throws for what the bytes hold. */
export async function parseMail(bytes: Uint8Array): Promise<ParsedMail> {
  try {
    const email = await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      attachmentEncoding: 'arraybuffer',
    })
    return {
      html: email.html ?? null,
      text: email.text ?? null,
      attachments: email.attachments.map((part, index) => ({
        name: nameOf(part.filename, part.mimeType, index),
        contentType: /^[\w.+-]+\/[\w.+-]+$/.test(part.mimeType) ? part.mimeType : 'application/octet-stream',
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

function nameOf(name: string | null, contentType: string, index: number): string {
  const given = (name ?? '')
    .toWellFormed()
    .replaceAll(/[\p{Cc}/\\]+/gu, '_')
    .trim()
    .slice(0, 200)
  return given || `attachment-${index + 1}${extensions[contentType] ?? '.bin'}`
}
