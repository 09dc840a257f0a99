/**
 * HTTP Basic (RFC 7617) in front of a repository: the header read, the secret compared in constant time, and callers that keep failing
 * slowed down by their address. Only hashes are compared; for secrets that a person chose, keep them in memory alone, since a fast hash
 * does not protect a weak one.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Clock, systemClock } from '../../shared/index.ts'

export interface BasicCredentials {
  readonly user: string
  readonly password: string
}

/** Undefined when there is no such header, or one that cannot be read. */
export function readBasic(request: IncomingMessage): BasicCredentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,4096})$/i.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  return user === undefined || password === undefined ? undefined : { user, password }
}

/** Whether both are the same, in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest()
  return timingSafeEqual(hash(a), hash(b))
}

/** Answers 401 and how to sign in. */
export function askForBasic(response: ServerResponse, realm: string): void {
  const quoted = realm.replaceAll(/["\\]/g, '')
  response
    .writeHead(401, { 'www-authenticate': `Basic realm="${quoted}", charset="UTF-8"`, connection: 'close' })
    .end()
}

export interface FailureThrottle {
  /** Seconds that this caller has to wait; 0 when it may try. */
  blockedFor(caller: string): number
  failed(caller: string): void
  succeeded(caller: string): void
}

const freeFailures = 10
const firstWait = 5000
const longestWait = 15 * 60_000
const mostCallers = 10_000

/** After ten failures in a row a caller waits 5 seconds, then twice as long each time, up to a quarter of an hour. */
export function createFailureThrottle(clock: Clock = systemClock): FailureThrottle {
  const callers = new Map<string, { failures: number; until: number }>()
  return {
    blockedFor(caller) {
      const wait = (callers.get(caller)?.until ?? 0) - clock.now()
      return wait <= 0 ? 0 : Math.ceil(wait / 1000)
    },
    failed(caller) {
      const failures = (callers.get(caller)?.failures ?? 0) + 1
      const beyond = failures - freeFailures
      const wait = beyond < 0 ? 0 : Math.min(longestWait, firstWait * 2 ** Math.min(beyond, 20))
      // The newest last, so that the oldest is forgotten first.
      callers.delete(caller)
      callers.set(caller, { failures, until: wait === 0 ? 0 : clock.now() + wait })
      const [oldest] = callers.keys()
      if (callers.size > mostCallers && oldest !== undefined) callers.delete(oldest)
    },
    succeeded: (caller) => void callers.delete(caller),
  }
}
