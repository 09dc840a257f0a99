import type { FastifyRequest } from 'fastify'
import { badQuery } from './failures.ts'

/** OData query options and preferences of the mail endpoints, read strictly. */

export type Expand = { readonly name: string; readonly options: Readonly<Record<string, string>> }

export type Query = {
  readonly select: readonly string[] | undefined
  readonly top: number | undefined
  readonly skip: number
  readonly orderBy: string | undefined
  readonly filter: string | undefined
  readonly count: boolean
  readonly expand: readonly Expand[]
  readonly skipToken: string | undefined
  readonly deltaToken: string | undefined
  readonly changeType: string | undefined
  readonly includeHiddenFolders: boolean
}

const known = new Set([
  '$select', '$top', '$skip', '$orderby', '$filter', '$count', '$expand', '$skiptoken', '$deltatoken',
]) // biome-ignore format: a list

const wholeNumber = (name: string, text: string, low: number, high: number): number => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw badQuery(
      `Invalid value '${text}' for ${name} query option found. The ${name} query option requires an integer from ${low} to ${high}.`,
    )
  return value
}

/** Splits at a separator that is outside brackets and quotes. */
export const splitOutside = (text: string, separator: RegExp): readonly string[] => {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === "'") quoted = !quoted
    if (quoted) continue
    if (sign === '(') depth++
    if (sign === ')') depth--
    const found = depth === 0 ? separator.exec(text.slice(at)) : null
    if (found) {
      parts.push(text.slice(start, at).trim())
      at += found[0].length - 1
      start = at + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}

const readExpand = (text: string): readonly Expand[] =>
  splitOutside(text, /^,/).map((part) => {
    const match = /^([\w./]+)(?:\((.*)\))?$/s.exec(part)
    if (!match?.[1]) throw badQuery(`Parsing OData Select and Expand failed: '${part}'.`)
    const options = match[2] === undefined || match[2] === '' ? [] : splitOutside(match[2], /^;/)
    return {
      name: match[1],
      options: Object.fromEntries(
        options.map((option) => {
          const equals = option.indexOf('=')
          if (!option.startsWith('$') || equals < 0)
            throw badQuery(`Parsing OData Select and Expand failed: '${part}'.`)
          return [option.slice(0, equals).toLowerCase(), option.slice(equals + 1)]
        }),
      ),
    }
  })

/** Throws 400 for options that do not exist and for values out of range. */
export const readQuery = (request: FastifyRequest): Query => {
  const raw = request.query as Readonly<Record<string, string | readonly string[] | undefined>>
  const options = new Map<string, string>()
  for (const [name, value] of Object.entries(raw)) {
    const text = typeof value === 'string' ? value : value?.[0]
    const lower = name.toLowerCase()
    if (lower.startsWith('$') && !known.has(lower))
      throw badQuery(`The query parameter '${name}' is not supported.`)
    if (typeof value !== 'string')
      throw badQuery(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      )
    options.set(lower, text ?? '')
  }
  const top = options.get('$top')
  const expand = options.get('$expand')
  const select = options.get('$select')
  return {
    select: select === undefined ? undefined : select.split(',').map((name) => name.trim()),
    top: top === undefined ? undefined : wholeNumber('$top', top, 1, 1000),
    skip: wholeNumber('$skip', options.get('$skip') ?? '0', 0, 1e9),
    orderBy: options.get('$orderby'),
    filter: options.get('$filter'),
    count: options.get('$count') === 'true',
    expand: expand === undefined ? [] : readExpand(expand),
    skipToken: options.get('$skiptoken'),
    deltaToken: options.get('$deltatoken'),
    changeType: options.get('changetype'),
    includeHiddenFolders: options.get('includehiddenfolders') === 'true',
  }
}

export type Preferences = {
  readonly immutableIds: boolean
  readonly maximumPageSize: number | undefined
  readonly textBody: boolean
  /** What `Preference-Applied` says. */
  readonly applied: string
}

export const readPreferences = (request: FastifyRequest): Preferences => {
  const header = [request.headers['prefer'] ?? []].flat().join(',')
  const immutableIds = /IdType\s*=\s*"?ImmutableId"?/i.test(header)
  const size = /odata\.maxpagesize\s*=\s*"?(\d+)"?/i.exec(header)?.[1]
  const textBody = /outlook\.body-content-type\s*=\s*"?text"?/i.test(header)
  const applied = [
    ...(immutableIds ? ['IdType="ImmutableId"'] : []),
    ...(size === undefined ? [] : [`odata.maxpagesize=${size}`]),
    ...(textBody ? ['outlook.body-content-type="text"'] : []),
  ]
  return {
    immutableIds,
    maximumPageSize: size === undefined ? undefined : Math.max(1, Number(size)),
    textBody,
    applied: applied.join(', '),
  }
}
