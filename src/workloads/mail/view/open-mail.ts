/** A kept mail taken apart, to be looked at and for a restore. Its large parts stay in the repository and are read in pieces; everything else is in memory. */
import { type Content, decodedContent, heldContent, type StoredBytes } from '../../content/content.ts'
import { type CutLimits, type CutPart, cutMail } from './cut-mail.ts'
import { type MailAttachment, parseMail } from './parsed-mail.ts'

export interface OpenedAttachment extends Omit<MailAttachment, 'bytes'> {
  readonly content: Content
}

export interface OpenedMail {
  /** The text, unless it is too long for memory. */
  readonly html: string | null
  readonly text: string | null
  /** The text that is too long, encoded as UTF-8. */
  readonly longText: OpenedAttachment | null
  readonly attachments: readonly OpenedAttachment[]
  /** It could not be taken apart. */
  readonly unreadable: boolean
}

/**
 * A mail that cannot be taken apart has no text and its original bytes as an attachment, so that nothing is lost.
 * @throws what reading the kept mail throws
 */
export async function openMail(stored: StoredBytes, limits?: CutLimits): Promise<OpenedMail> {
  const cut = await cutMail(stored.all(), limits)
  const mail = cut && (await parseMail(cut.mail))
  if (cut === undefined || mail === undefined || mail.unreadable) return original(stored)
  const found = new Set<string>()
  const attachments = mail.attachments.map(({ bytes, ...about }): OpenedAttachment => {
    const word = bytes.length < 100 ? bytes.toString('latin1') : ''
    const part = cut.parts.get(word)
    if (part === undefined) return { ...about, content: heldContent(bytes) }
    found.add(word)
    return { ...about, content: decodedContent(stored, part) }
  })
  const missing = [...cut.parts].filter(([word]) => !found.has(word))
  const isIn = (text: string | null) => missing.filter(([word]) => text?.includes(word)).length
  // A part that came to be neither text nor an attachment would be lost.
  if (missing.some(([word]) => !mail.html?.includes(word) && !mail.text?.includes(word)))
    return original(stored)
  const isHtml = mail.html !== null && mail.html.trim() !== ''
  const text = (isHtml ? mail.html : mail.text) ?? ''
  if (isIn(text) === 0)
    return { html: mail.html, text: mail.text, longText: null, attachments, unreadable: false }
  return {
    html: null,
    text: null,
    longText: await textAttachment(stored, text, isHtml, missing),
    attachments,
    unreadable: false,
  }
}

/** The name under which a text goes that Graph does not take as text. */
export function textFile(isHtml: boolean): Omit<OpenedAttachment, 'content'> {
  return {
    name: isHtml ? 'body.html' : 'body.txt',
    contentType: isHtml ? 'text/html' : 'text/plain',
    contentId: null,
    inline: false,
  }
}

async function original(stored: StoredBytes): Promise<OpenedMail> {
  const content: Content = { size: await lengthOf(stored.all()), open: () => stored.all() }
  const about = { name: 'original.eml', contentType: 'message/rfc822', contentId: null, inline: false }
  return { html: null, text: null, longText: null, attachments: [{ ...about, content }], unreadable: true }
}

/** The text with what was cut out of it. */
async function textAttachment(
  stored: StoredBytes,
  text: string,
  isHtml: boolean,
  parts: readonly (readonly [word: string, part: CutPart])[],
): Promise<OpenedAttachment> {
  const byWord = new Map(parts)
  const pieces = text.split(new RegExp(`(${[...byWord.keys()].join('|')})`))
  async function* open(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      const part = byWord.get(piece)
      if (part === undefined) yield Buffer.from(piece)
      else yield* asUtf8(decodedContent(stored, part), part.charset)
    }
  }
  return { ...textFile(isHtml), content: { size: await lengthOf(open()), open } }
}

async function* asUtf8(content: Content, charset: string | null): AsyncGenerator<Uint8Array> {
  const decoder = decoderOf(charset)
  for await (const bytes of content.open()) yield Buffer.from(decoder.decode(bytes, { stream: true }))
  yield Buffer.from(decoder.decode())
}

/** ASCII may be any of its extensions. */
function decoderOf(charset: string | null): InstanceType<typeof TextDecoder> {
  if (charset === null || /^(us-)?ascii$/i.test(charset)) return new TextDecoder()
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder('windows-1252')
  }
}

async function lengthOf(source: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0
  for await (const bytes of source) length += bytes.length
  return length
}
