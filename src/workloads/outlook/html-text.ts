import sanitizeHtml from 'sanitize-html'

const longest = 200_000
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** The readable text of an HTML body, for programs that show no HTML and for searching; cut where it is very long. */
export function htmlText(html: string): string {
  const broken = html.slice(0, longest).replaceAll(/<(?:br|\/p|\/div|\/tr|\/li)\b[^>]{0,200}>/gi, '$&\n')
  const text = sanitizeHtml(broken, { allowedTags: [], allowedAttributes: {} })
  return text
    .replaceAll(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name] ?? '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim()
}
