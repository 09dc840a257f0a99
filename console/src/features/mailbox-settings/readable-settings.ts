/** Settings and rules of a mailbox as a person reads them. */

/** Values of Graph's answers, which may lack anything. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const words = (name: string) =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim()

/**
 * Conditions or actions of a rule as sentences (`sender contains: board`); what Graph leaves empty is not said. The names are those of
 * Microsoft Graph, with the spaces that they lack.
 */
export function ruleParts(part: unknown): string[] {
  return Object.entries(objectOf(part)).flatMap(([name, value]) => {
    const said = valueText(value)
    if (said === '') return []
    return [value === true ? words(name) : `${words(name)}: ${said}`]
  })
}

/** The readable text of a value; empty for none. */
function valueText(value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.map(valueText).filter(Boolean).join(', ')
  if (typeof value === 'object') {
    const inner = objectOf('emailAddress' in value ? value.emailAddress : value)
    const { name, address } = inner
    if (typeof address === 'string')
      return name && name !== address ? `${textOf(name)} <${address}>` : address
    return ruleParts(inner).join(', ')
  }
  return typeof value === 'string' || typeof value === 'number' || value === true ? String(value) : ''
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
}

/** The words of a reply that was written as HTML. They are shown as text: nothing of a message is drawn in the console's own page. */
export function plainReply(html: string): string {
  return html
    .replaceAll(/<(script|style|head)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/<(?:br|\/p|\/div|\/li)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name] ?? '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[ \n]*/g, '\n')
    .trim()
}
