/**
 * Faults on demand: rules that answer, delay or cut chosen requests before any route sees them.
 */
import { createHash } from 'node:crypto'
import { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FaultKind, faultKinds, isFaultKind, namedFault } from './named-faults.ts'

export type FaultRule = {
  /**
   * `method` exact, `path` a regular expression on path and query, `server` login or graph (default both). A rule for
   * `authorize` sends the browser back to the application with the named error, one for `page` keeps it at Microsoft's page.
   */
  readonly match: { readonly method?: string; readonly path?: string; readonly server?: string }
  /** Only the n-th matching request (from 1). */
  readonly nth?: number
  /** Only the first so many matching requests. */
  readonly times?: number
  /**
   * Only by this chance (0 to 1), which `seed`, the method, the address and how often it was asked for decide and nothing else: the same client
   * meets the same troubles in every run, in whatever order it asks.
   */
  readonly chance?: number
  readonly seed?: string
  /** With `chance`: each address (`path`: whatever its query says) meets the trouble at most so often. Default 1. */
  readonly most?: number
  readonly per?: 'address' | 'path'
  /** One of several named troubles, by the same chance. */
  readonly oneOf?: readonly FaultKind[]
  readonly respond?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: unknown
  }
  /** Cut the connection without an answer. */
  readonly reset?: boolean
  /** Do what was asked for, and cut the connection instead of answering. */
  readonly loseAnswer?: boolean
  /** A trouble by its name, in the words of the service that was asked. */
  readonly fault?: FaultKind
  /** Wait so long first; alone, the request then goes its normal way. */
  readonly delaySeconds?: number
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Checks a JSON list of rules. Throws an Error that names the rule at fault. */
export function readFaultRules(value: unknown): FaultRule[] {
  if (!Array.isArray(value)) throw new Error('Fault rules must be a JSON list')
  return value.map((rule: unknown, index) => {
    if (!isRecord(rule) || !isRecord(rule['match'])) throw new Error(`Fault rule ${index} needs "match"`)
    const { match, respond } = rule
    if (respond !== undefined && (!isRecord(respond) || typeof respond['status'] !== 'number')) {
      throw new Error(`Fault rule ${index}: "respond" needs a number "status"`)
    }
    const named = isFaultKind(rule['fault'])
    if (rule['fault'] !== undefined && !named)
      throw new Error(
        `Fault rule ${index}: "fault" must be one of ${faultKinds.join(', ')}, an AADSTS number or an error of Graph that is known`,
      )
    const { oneOf, chance } = rule
    if (oneOf !== undefined && !(Array.isArray(oneOf) && oneOf.every(isFaultKind)))
      throw new Error(`Fault rule ${index}: "oneOf" must be a list of named faults`)
    if (chance !== undefined && !(typeof chance === 'number' && chance >= 0 && chance <= 1))
      throw new Error(`Fault rule ${index}: "chance" must be a number from 0 to 1`)
    const cuts = named || oneOf !== undefined || rule['reset'] === true || rule['loseAnswer'] === true
    if (respond === undefined && !cuts && typeof rule['delaySeconds'] !== 'number') {
      throw new Error(
        `Fault rule ${index} needs one of "fault", "oneOf", "respond", "reset", "loseAnswer", "delaySeconds"`,
      )
    }
    if (typeof match['path'] === 'string') new RegExp(match['path'])
    return rule as FaultRule
  })
}

export type Faults = {
  /** Replaces all rules; the counters start again. */
  set(rules: readonly FaultRule[]): void
  list(): { rule: FaultRule; matched: number; applied: number }[]
  /** The named fault due for a request of a page, where the page answers in its own way. */
  take(server: 'authorize' | 'page', request: FastifyRequest): FaultKind | undefined
  /** Hook: resolves to true when the request was answered or cut here. */
  apply(server: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean>
}

type Armed = {
  rule: FaultRule
  path: RegExp | undefined
  matched: number
  applied: number
  /** By address: how often it was asked for, and how often it met the trouble. */
  addresses: Map<string, { asked: number; met: number }>
}

/** What a request asks for, however often its address is written anew: addresses of content carry when they end. */
function addressOf({ method, originalUrl }: FastifyRequest, per: 'address' | 'path'): string {
  const [path = ''] = originalUrl.split('?')
  const [, content] = /^\/download\/([\w-]+)/.exec(path) ?? []
  if (content === undefined) return `${method} ${per === 'path' ? path : originalUrl}`
  const parts: unknown = JSON.parse(Buffer.from(content, 'base64url').toString())
  return `${method} ${JSON.stringify(Array.isArray(parts) ? parts.slice(0, -1) : parts)}`
}

/** A number from 0 to 1 that the text decides. */
const fortune = (text: string): number => createHash('sha256').update(text).digest().readUInt32LE() / 2 ** 32

function meets(armed: Armed, request: FastifyRequest): boolean {
  const { chance, seed = '', most = 1, per = 'address' } = armed.rule
  if (chance === undefined) return true
  const address = addressOf(request, per)
  const so = armed.addresses.get(address) ?? { asked: 0, met: 0 }
  armed.addresses.set(address, so)
  so.asked += 1
  if (so.met >= most || fortune(`${seed} ${address} ${so.asked}`) >= chance) return false
  so.met += 1
  return true
}

function kindOf({ rule, addresses }: Armed, request: FastifyRequest): FaultKind | undefined {
  const { oneOf, fault, per = 'address', seed = '' } = rule
  if (oneOf === undefined) return fault
  const address = addressOf(request, per)
  const asked = addresses.get(address)?.asked ?? 0
  return oneOf[Math.floor(fortune(`${seed} kind ${address} ${asked}`) * oneOf.length)]
}

function due(armed: Armed, request: FastifyRequest): boolean {
  if (!meets(armed, request)) return false
  if (armed.rule.nth !== undefined) return armed.matched === armed.rule.nth
  if (armed.rule.times !== undefined) return armed.matched <= armed.rule.times
  return true
}

export function createFaults(initial: readonly FaultRule[]): Faults {
  let rules: Armed[] = []
  const set = (list: readonly FaultRule[]): void => {
    rules = list.map((rule) => ({
      rule,
      path: rule.match.path === undefined ? undefined : new RegExp(rule.match.path),
      matched: 0,
      applied: 0,
      addresses: new Map(),
    }))
  }
  set(initial)

  const find = (server: string, request: FastifyRequest): Armed | undefined => {
    let found: Armed | undefined
    for (const armed of rules) {
      const { method, server: wanted } = armed.rule.match
      // What the pages show is asked for by name only.
      if (wanted === undefined ? !['login', 'graph'].includes(server) : wanted !== server) continue
      if (method !== undefined && method.toUpperCase() !== request.method) continue
      if (armed.path !== undefined && !armed.path.test(request.originalUrl)) continue
      armed.matched += 1
      if (found === undefined && due(armed, request)) found = armed
    }
    return found
  }

  return {
    set,
    take(server, request) {
      const armed = find(server, request)
      if (armed?.rule.fault === undefined) return undefined
      armed.applied += 1
      return armed.rule.fault
    },
    list: () => rules.map(({ rule, matched, applied }) => ({ rule, matched, applied })),
    async apply(server, request, reply) {
      const armed = find(server, request)
      if (armed === undefined) return false
      armed.applied += 1
      const { loseAnswer, delaySeconds } = armed.rule
      const fault = kindOf(armed, request)
      const reset = armed.rule.reset === true || fault === 'reset'
      const respond = fault === undefined ? armed.rule.respond : namedFault(fault, server, request)
      if (delaySeconds !== undefined) await new Promise((resolve) => setTimeout(resolve, delaySeconds * 1000))
      if (fault === 'timeout') {
        if (!(request.raw.socket instanceof Socket)) {
          reply.code(504).send('')
          return true
        }
        // The client waits until it gives up, or until the simulator stops.
        reply.hijack()
        return true
      }
      // An item of a batch has no connection of its own: it fails as a broken gateway would make it fail.
      if (reset && !(request.raw.socket instanceof Socket)) {
        reply.code(503).send('')
        return true
      }
      if (reset) {
        reply.hijack()
        request.raw.socket.destroy()
        return true
      }
      if (loseAnswer === true) {
        const { raw } = reply
        raw.writeHead = () => {
          request.raw.socket.destroy()
          return raw
        }
        return false
      }
      if (respond === undefined) return false
      const { status, headers = {}, body } = respond
      reply.code(status).headers(headers)
      if (typeof body === 'object' && body !== null) reply.type('application/json')
      reply.send(typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body))
      return true
    },
  }
}
