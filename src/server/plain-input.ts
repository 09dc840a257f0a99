/** What of a request no part of the server could keep: PostgreSQL stores no NUL, UTF-8 has no half of a surrogate pair, and what goes through a value calls itself for each level. */
import type { FastifyRequest } from 'fastify'
import { fail } from './errors.ts'

/** Levels of lists and objects within each other; the deepest body of the API has six. */
const deepest = 32

/** Throws SRV_INVALID_INPUT, which names the field. Goes through the value without calling itself. */
export function refuseUnstorable(value: unknown, part: 'body' | 'query' | 'params'): void {
  const open: { value: unknown; field: string; depth: number }[] = [{ value, field: part, depth: 0 }]
  for (let one = open.pop(); one; one = open.pop()) {
    const { value: inner, field, depth } = one
    if (typeof inner === 'string') {
      if (inner.includes('\0') || !inner.isWellFormed())
        throw invalid(field, 'holds a character that is not text')
    } else if (typeof inner === 'object' && inner !== null) {
      if (depth === deepest) throw invalid(part, 'is nested too deeply')
      for (const [name, next] of Object.entries(inner)) {
        if (name.includes('\0') || !name.isWellFormed()) throw invalid(field, 'has a name that is not text')
        open.push({ value: next, field: `${field}.${name.slice(0, 100)}`, depth: depth + 1 })
      }
    }
  }
}

/** For a hook: addresses, once they are read. Bodies are looked at while they are read. */
export async function refuseUnstorableAddress(request: FastifyRequest): Promise<void> {
  refuseUnstorable(request.params, 'params')
  refuseUnstorable(request.query, 'query')
}

function invalid(field: string, reason: string) {
  return fail('SRV_INVALID_INPUT', { field, reason })
}
