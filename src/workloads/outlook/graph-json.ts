/** Values of Graph's answers, which may lack anything. */

export type Json = { readonly [name: string]: unknown }

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function objectOf(value: unknown): Json {
  return isJson(value) ? value : {}
}

export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : []
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** Milliseconds since the epoch of a time of Graph, which is UTC where it names no other; null for none. */
export function timeOf(value: unknown): number | null {
  const text = textOf(value)
  const at = Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text.slice(0, 23)}Z`)
  // Graph writes the year 1 where there is no time.
  return text === '' || Number.isNaN(at) || text.startsWith('0001-') ? null : at
}

/** Name and address of an `emailAddress` or of what has one. */
export function personOf(value: unknown): { readonly name: string; readonly address: string } {
  const inner = objectOf(objectOf(value)['emailAddress'] ?? value)
  return { name: textOf(inner['name']), address: textOf(inner['address']) }
}
