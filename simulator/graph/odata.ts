/** The parts of OData that the directory understands: `$select`, `$filter`, `$top`, `$count` and opaque paging. */
import type { FastifyRequest } from 'fastify'
import type { Tenant } from '../tenant/index.ts'
import { badRequest, GraphError } from './errors.ts'

export type Json = Record<string, unknown>

/** One query option as text, or undefined. */
export function option(request: FastifyRequest, name: string): string | undefined {
  const query = request.query as Record<string, string | string[] | undefined>
  const value = query[name] ?? query[name.replace('$', '')]
  return Array.isArray(value) ? value[0] : value
}

/** The value if it is text, else the empty text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Keeps the `$select`ed members; without `$select` those of `standard`, or all. */
export function select(request: FastifyRequest, object: Json, standard?: readonly string[]): Json {
  const asked = option(request, '$select')
  if (asked === undefined || asked === '*') return standard === undefined ? object : pick(object, standard)
  const names = asked.split(',').map((name) => name.trim())
  for (const name of names) {
    if (!(name in object)) {
      throw badRequest(`Could not find a property named '${name}' on type 'microsoft.graph.directoryObject'.`)
    }
  }
  return pick(object, names)
}

function pick(object: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]))
}

function unsupported(text: string): GraphError {
  return new GraphError(
    400,
    'Request_UnsupportedQuery',
    `Unsupported or invalid query filter clause specified for '${text}'.`,
  )
}

function literal(text: string): unknown {
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)
  if (quoted) return (quoted[1] ?? '').replaceAll("''", "'")
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null') return null
  throw badRequest(`Invalid filter clause: '${text}'.`)
}

function same(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase()
  return left === right
}

const value = "'(?:[^']|'')*'|true|false|null"
const comparison = new RegExp(`^(\\w+) eq (${value})$`)
const starts = new RegExp(`^startswith\\((\\w+), ?(${value})\\)$`, 'i')
const among = new RegExp(`^(\\w+) in \\(((?:${value})(?:, ?(?:${value}))*)\\)$`)

function test(clause: string, filterable: readonly string[]): (object: Json) => boolean {
  const text = clause.trim()
  const equal = comparison.exec(text)
  const start = starts.exec(text)
  const member = among.exec(text)
  const name = equal?.[1] ?? start?.[1] ?? member?.[1]
  if (name === undefined) throw badRequest(`Invalid filter clause: '${text}'.`)
  if (!filterable.includes(name)) throw unsupported(name)
  if (equal) return (object) => same(object[name], literal(equal[2] ?? ''))
  if (start) {
    const prefix = String(literal(start[2] ?? '')).toLowerCase()
    return (object) => textOf(object[name]).toLowerCase().startsWith(prefix)
  }
  const values = (member?.[2] ?? '').match(new RegExp(value, 'g')) ?? []
  return (object) => values.some((one) => same(object[name], literal(one)))
}

/** `a eq 'x' and startswith(b,'y') or c in ('z')`; `and` binds tighter, no brackets. Throws Graph's 400s. */
export function filter(request: FastifyRequest, filterable: readonly string[]): (object: Json) => boolean {
  const text = option(request, '$filter')
  if (text === undefined) return () => true
  // Words inside quotes must not split the expression.
  const pieces = text.match(new RegExp(`(?:${value}|(?! and | or ).)+| and | or `, 'g')) ?? []
  const alternatives: ((object: Json) => boolean)[][] = [[]]
  for (const piece of pieces) {
    if (piece === ' or ') alternatives.push([])
    else if (piece !== ' and ') alternatives.at(-1)?.push(test(piece, filterable))
  }
  return (object) =>
    alternatives.some((clauses) => clauses.length > 0 && clauses.every((clause) => clause(object)))
}

export function encodeToken(content: unknown): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}

/** Content of a token of ours; undefined for anything else. */
export function decodeToken(token: string): Json | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    return typeof content === 'object' && content !== null ? (content as Json) : undefined
  } catch {
    return undefined
  }
}

/** A page of a list: at most `$top` objects (default 100, 1 to 999) and the next page's opaque address. */
export function page(request: FastifyRequest, tenant: Tenant, path: string, objects: readonly Json[]): Json {
  const top = option(request, '$top')
  const size = top === undefined ? 100 : Number(top)
  if (!Number.isInteger(size) || size < 1 || size > 999) {
    throw badRequest(`Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`)
  }
  const skip = option(request, '$skiptoken')
  const start = skip === undefined ? 0 : Number(decodeToken(skip)?.['offset'] ?? Number.NaN)
  if (!Number.isInteger(start)) {
    throw new GraphError(
      400,
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and can no longer be included in your request.',
    )
  }
  const next = start + size < objects.length ? nextLink(request, tenant, path, start + size) : undefined
  const counted = option(request, '$count') === 'true' && request.headers['consistencylevel'] === 'eventual'
  return {
    '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#${path.slice(1)}`,
    ...(counted && start === 0 ? { '@odata.count': objects.length } : {}),
    ...(next === undefined ? {} : { '@odata.nextLink': next }),
    value: objects.slice(start, start + size),
  }
}

function nextLink(request: FastifyRequest, tenant: Tenant, path: string, offset: number): string {
  const query = new URLSearchParams()
  for (const name of ['$select', '$filter', '$top', '$count']) {
    const text = option(request, name)
    if (text !== undefined) query.set(name, text)
  }
  query.set('$skiptoken', encodeToken({ offset }))
  return `${tenant.endpoints.graph}/v1.0${path}?${query.toString()}`
}

/** A body that must be a JSON object. */
export function jsonBody(request: FastifyRequest): Json {
  const { body } = request
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new GraphError(400, 'BadRequest', 'Empty Payload. JSON content expected.')
  }
  return body as Json
}

/** The `:id` of the route. */
export function key(request: FastifyRequest, name = 'id'): string {
  return (request.params as Record<string, string>)[name] ?? ''
}
