/** Values that are wrong in the ways attackers try, for every schema of the API. */
import type { TSchema } from 'typebox'

/** Texts that end statements, paths, headers, pages or patterns of somebody who glues texts together. */
export const hostileTexts: readonly string[] = [
  "'",
  '"',
  '\\',
  "' or '1'='1",
  "'; drop table operators; --",
  '$1',
  '%',
  '_%',
  '\\%',
  "a' & 'b",
  ':* | !',
  '<->',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '{{7*7}}',
  'a\r\nset-cookie: x=1',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00\ud800y',
  '\u202egnp.exe',
  '\ufeff',
  '__proto__',
  'constructor',
  'a'.repeat(199),
  '🦄'.repeat(60),
]

/** Values of other types, too large, too deep. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  -0.5,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[[[[[[[]]]]]]]],
  { $ne: null },
  { toString: 'x' },
  'x'.repeat(100_000),
]

/** Those that have most in them, for every run. */
export const worstTexts: readonly string[] = [
  '\u0000',
  'x\udc00y',
  "'; drop table operators; --\\",
  "a' & :* | !",
  '__proto__',
]
export const worstValues: readonly unknown[] = [null, 2 ** 53, [[[]]], { $ne: null }]

/** A value that fits the schema, as far as its kind tells. Variant 0 is the first branch of a union and so on. */
export function fitting(schema: TSchema, variant = 0): unknown {
  const {
    type,
    anyOf,
    properties,
    items,
    format,
    minLength,
    minimum,
    const: literal,
  } = schema as {
    type?: string
    anyOf?: TSchema[]
    properties?: Record<string, TSchema>
    items?: TSchema
    format?: string
    minLength?: number
    minimum?: number
    const?: unknown
  }
  if (literal !== undefined) return literal
  if (anyOf) return fitting(anyOf[variant % anyOf.length] as TSchema, variant)
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, inner]) => [name, fitting(inner, variant)]),
    )
  }
  if (type === 'array') return items ? [fitting(items, variant)] : []
  if (type === 'integer' || type === 'number') return minimum ?? 1
  if (type === 'boolean') return false
  if (type === 'null') return null
  if (format === 'uuid') return '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11'
  if (format === 'date-time') return '2026-01-02T03:04:05Z'
  return 'abc'.padEnd(minLength ?? 0, 'x')
}

/** Number of branches worth trying. */
export function variantsOf(schema: TSchema): number {
  return Math.max(1, ((schema as { anyOf?: unknown[] }).anyOf ?? []).length)
}

/** Places of a JSON value, as paths of names. */
export function placesOf(value: unknown, at: readonly string[] = []): string[][] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => placesOf(one, [...at, name]))
      : []
  return [[...at], ...inner]
}

/** The same with another value at one place. */
export function replaced(value: unknown, [first, ...rest]: readonly string[], by: unknown): unknown {
  if (first === undefined) return by
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === first ? replaced(one, rest, by) : one))
  const whole = value as Record<string, unknown>
  return { ...whole, [first]: replaced(whole[first], rest, by) }
}
