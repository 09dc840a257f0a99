/**
 * A mail's body as a page that can do nothing: no script, no request, no form, no way out. It is shown in a frame with
 * `sandbox`, under a policy that allows `data:` images only; what is left out here would be stopped there as well.
 */
import sanitizeHtml from 'sanitize-html'
import type { MailAttachment, ParsedMail } from './parsed-mail.ts'

/** Characters of HTML that are looked at; the rest is cut with a notice. */
export const maximumHtml = 2_000_000
/** Elements within each other. The parser's time for each grows with it, so that a mail of nothing but `<b>` would hold up the server for minutes. */
const deepest = 1_000
/** Bytes of inline images that are put into the page. */
const maximumInlineImages = 8_000_000

export interface MailPreview {
  /** A whole HTML page. */
  readonly page: string
  /** What was left out, in words. */
  readonly removed: readonly string[]
}

/** An attachment as far as the page needs it. */
type PagePicture = Pick<MailAttachment, 'contentId' | 'contentType' | 'bytes'>
export type PreviewedMail = Pick<ParsedMail, 'html' | 'text' | 'unreadable'> & {
  readonly attachments: readonly PagePicture[]
}

/** Headers that go with the page, wherever it is served. */
export const previewHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** Makes the page from the decoded parts. */
export function previewMail(mail: PreviewedMail): MailPreview {
  if (mail.html !== null && mail.html.trim() !== '') {
    try {
      return previewHtml(mail.html, mail.attachments)
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error
      const text = mail.text?.trim() ? mail.text : withoutTags(mail.html)
      return previewText(text, ['the layout, whose elements are nested too deeply'])
    }
  }
  return previewText(
    mail.text ?? '',
    mail.unreadable ? ['everything: this mail cannot be taken apart, download it as EML'] : [],
  )
}

class TooDeep extends Error {}

function previewText(text: string, reasons: readonly string[]): MailPreview {
  const shown = text.slice(0, maximumHtml)
  const removed = [...(shown.length < text.length ? ['the end of a very long text'] : []), ...reasons]
  return { page: page(`<pre>${escapeHtml(shown)}</pre>`), removed }
}

const safeValue = /^[^()\\<>&;:@]*$/
const safeColour = /^(?:[^()\\<>&;:@]*|rgba?\([\d\s.,%]+\))$/i
const styles = Object.fromEntries([
  ...[
    'font-family',
    'font-size',
    'font-weight',
    'font-style',
    'text-align',
    'text-decoration',
    'line-height',
    'white-space',
    'vertical-align',
    'width',
    'max-width',
    'height',
    'margin',
    'margin-top',
    'margin-right',
    'margin-bottom',
    'margin-left',
    'padding',
    'padding-top',
    'padding-right',
    'padding-bottom',
    'padding-left',
    'border-width',
    'border-style',
    'border-collapse',
    'border-spacing',
    'display',
    'list-style-type',
    'direction',
  ].map((name) => [name, [safeValue]]),
  ...[
    'color',
    'background-color',
    'border-color',
    'border',
    'border-top',
    'border-bottom',
    'border-left',
    'border-right',
  ].map((name) => [name, [safeColour]]),
]) as Record<string, RegExp[]>

const tags = [
  'a',
  'abbr',
  'address',
  'article',
  'aside',
  'b',
  'bdi',
  'bdo',
  'big',
  'blockquote',
  'br',
  'caption',
  'center',
  'cite',
  'code',
  'col',
  'colgroup',
  'dd',
  'del',
  'dfn',
  'div',
  'dl',
  'dt',
  'em',
  'figcaption',
  'figure',
  'font',
  'footer',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'header',
  'hr',
  'i',
  'img',
  'ins',
  'kbd',
  'li',
  'main',
  'mark',
  'nav',
  'ol',
  'p',
  'pre',
  'q',
  's',
  'samp',
  'section',
  'small',
  'span',
  'strike',
  'strong',
  'sub',
  'sup',
  'table',
  'tbody',
  'td',
  'tfoot',
  'th',
  'thead',
  'time',
  'tr',
  'tt',
  'u',
  'ul',
  'var',
  'wbr',
]

function previewHtml(html: string, attachments: readonly PagePicture[]): MailPreview {
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const images = inlineImages(attachments)
  let depth = 0
  const cut = html.slice(0, maximumHtml)
  if (cut.length < html.length) count('end of a very long body')
  const body = sanitizeHtml(cut, {
    allowedTags: tags,
    disallowedTagsMode: 'discard',
    nonTextTags: [
      'script',
      'style',
      'textarea',
      'option',
      'noscript',
      'title',
      'template',
      'xmp',
      'svg',
      'math',
      'iframe',
      'object',
    ],
    allowedAttributes: {
      '*': ['style', 'dir', 'lang', 'align', 'valign', 'title'],
      a: ['title'],
      img: ['src', 'alt', 'width', 'height', 'title', 'style'],
      td: ['colspan', 'rowspan', 'width', 'height', 'bgcolor'],
      th: ['colspan', 'rowspan', 'width', 'height', 'bgcolor'],
      table: ['width', 'height', 'bgcolor', 'border', 'cellpadding', 'cellspacing'],
      font: ['color', 'size', 'face'],
      ol: ['start', 'type'],
      col: ['span', 'width'],
    },
    allowedStyles: { '*': styles },
    allowedSchemes: [],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    nestingLimit: 200,
    onCloseTag: () => {
      depth -= 1
    },
    onOpenTag: (name, attributes) => {
      depth += 1
      if (depth > deepest) throw new TooDeep()
      const what = removedTags[name]
      // Nearly every mail names its character set in a `meta`: only one that acts is worth a word.
      if (what && (name !== 'meta' || /refresh/i.test(attributes['http-equiv'] ?? ''))) count(what)
      if (Object.keys(attributes).some((attribute) => attribute.startsWith('on'))) count('event handler')
    },
    transformTags: {
      // A link shows where it leads, and leads nowhere.
      a: (_name, attributes) => {
        const target = attributes['href']
        if (target) count('link')
        return {
          tagName: 'a',
          attribs: target ? { title: target.slice(0, 500) } : ({} as Record<string, string>),
        }
      },
      img: (_name, attributes) => {
        const source = attributes['src'] ?? ''
        const inline = /^cid:/i.test(source) ? images.get(decodeCid(source.slice(4))) : undefined
        const kept = inline ?? (isDataImage(source) ? source : undefined)
        if (kept === undefined && source !== '')
          count(/^cid:/i.test(source) ? 'missing inline image' : 'remote image')
        const { src: _source, srcset: _set, ...rest } = attributes
        return {
          tagName: 'img',
          attribs: kept === undefined ? { ...rest, alt: rest['alt'] ?? '' } : { ...rest, src: kept },
        }
      },
    },
  })
  const removed = [...counts].map(([what, number]) => `${number} ${what}${number === 1 ? '' : 's'}`)
  return { page: page(body), removed }
}

const removedTags: Readonly<Record<string, string>> = {
  script: 'script',
  style: 'style sheet',
  link: 'style sheet',
  form: 'form',
  input: 'form field',
  button: 'form field',
  iframe: 'embedded page',
  frame: 'embedded page',
  object: 'embedded object',
  embed: 'embedded object',
  svg: 'drawing',
  math: 'formula',
  video: 'video',
  audio: 'sound',
  meta: 'page instruction',
  base: 'page instruction',
}

const imageTypes = /^data:image\/(?:png|jpe?g|gif|webp|bmp);base64,[a-z0-9+/=\s]*$/i

function isDataImage(source: string): boolean {
  return source.length < maximumInlineImages && imageTypes.test(source)
}

function decodeCid(cid: string): string {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}

/** Those that the text can show. */
export function pagePictures<T extends Pick<PagePicture, 'contentId' | 'contentType'>>(
  attachments: readonly T[],
  sizeOf: (attachment: T) => number,
): T[] {
  let left = maximumInlineImages
  return attachments.filter((one) => {
    const isPicture = one.contentId !== null && /^image\/(?:png|jpe?g|gif|webp|bmp)$/i.test(one.contentType)
    const isTaken = isPicture && sizeOf(one) <= left
    if (isTaken) left -= sizeOf(one)
    return isTaken
  })
}

function inlineImages(attachments: readonly PagePicture[]): Map<string, string> {
  return new Map(
    pagePictures(attachments, ({ bytes }) => bytes.length).map(({ contentId, contentType, bytes }) => [
      contentId ?? '',
      `data:${contentType.toLowerCase()};base64,${bytes.toString('base64')}`,
    ]),
  )
}

function page(body: string): string {
  return (
    '<!doctype html><html><head><meta charset="utf-8"><title>Mail</title><style>' +
    'html{background:#fff;color:#1b1b1b}body{margin:16px;font:14px/1.5 "Segoe UI",system-ui,sans-serif;overflow-wrap:anywhere}' +
    'img{max-width:100%;height:auto}pre{white-space:pre-wrap;font:inherit}a{color:#0b5cad;text-decoration:underline}' +
    `</style></head><body>${body}</body></html>`
  )
}

function withoutTags(html: string): string {
  return html.slice(0, maximumHtml).replaceAll(/<[^<>]*>/g, ' ')
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
