/** JSON between Go and JavaScript: 64-bit integers survive as bigint, and values are written with Go's escapes. */
import { jsonString } from './go-quote.ts'

const longNumber = /[:[,]\s*-?\d{16,}/

/** Nothing of restic is nested ten levels deep, and Go refuses 10,000; what is written again is written by recursion. */
const deepest = 500

/** Parses JSON; integers beyond 2^53 become bigint. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text)
  // The text a number came from is the third argument of a reviver (ES2026); TypeScript's library does not know it yet.
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '0')
      : value
  try {
    return JSON.parse(text, reviver)
  } catch (cause) {
    // With a reviver the parser is recursive.
    throw cause instanceof RangeError ? new SyntaxError('it is nested too deeply', { cause }) : cause
  }
}

/** Whether a parsed value is nested so deeply that `jsonValue` could not write it. */
export function isTooDeep(value: unknown): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    level = level.flatMap((outer) =>
      typeof outer === 'object' && outer !== null ? Object.values(outer) : [],
    )
  }
  return false
}

/** Any parsed JSON value that is not too deep as text, compact, object keys in their order. */
export function jsonValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return jsonString(value)
    case 'bigint':
      return value.toString()
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(jsonValue).join(',')}]`
      return `{${Object.entries(value)
        .map(([key, item]) => `${jsonString(key)}:${jsonValue(item)}`)
        .join(',')}}`
    default:
      return JSON.stringify(value)
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
