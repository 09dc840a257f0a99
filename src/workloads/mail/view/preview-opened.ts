/** The preview of what is not held whole: of the attachments only pictures that the page takes are read, of a text that is too long for memory the beginning. */
import { beginningOf, wholeOf } from '../../content/content.ts'
import type { OpenedAttachment, OpenedMail } from './open-mail.ts'
import { type MailPreview, maximumHtml, pagePictures, previewMail } from './preview.ts'

export type Opened = Pick<OpenedMail, 'html' | 'text' | 'longText' | 'unreadable'> & {
  readonly attachments: readonly Pick<OpenedAttachment, 'contentId' | 'contentType' | 'content'>[]
}

/** @throws what reading the kept mail throws */
export async function previewOpened({
  html,
  text,
  longText,
  unreadable,
  attachments,
}: Opened): Promise<MailPreview> {
  const pictures = []
  for (const { content, ...about } of pagePictures(attachments, ({ content: { size } }) => size))
    pictures.push({ ...about, bytes: await wholeOf(content) })
  if (longText === null) return previewMail({ html, text, unreadable, attachments: pictures })
  // Enough of it that the preview sees it go on: a character has at most four bytes.
  const begin = String(await beginningOf(longText.content, 4 * (maximumHtml + 1)))
  const isHtml = longText.contentType === 'text/html'
  return previewMail({
    html: isHtml ? begin : null,
    text: isHtml ? null : begin,
    unreadable,
    attachments: pictures,
  })
}
