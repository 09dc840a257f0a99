/**
 * Sign-ins in progress and browsers' sessions. Both live in memory, bounded; a sign-in is forgotten after 15 minutes.
 */
import { randomBytes } from 'node:crypto'
import type { Client } from './clients.ts'
import type { RequestedScopes } from './scopes.ts'

export type AuthorizeRequest = {
  readonly segment: string
  readonly client: Client
  readonly redirectUri: string
  readonly confidential: boolean
  readonly responseMode: 'query' | 'fragment' | 'form_post'
  readonly scope: string
  readonly scopes: RequestedScopes
  readonly state: string | undefined
  readonly nonce: string | undefined
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
}

export type Interaction = {
  readonly id: string
  readonly request: AuthorizeRequest
  readonly expiresAt: number
  /** Set once the password was right; the later pages need it. */
  userId: string | undefined
  multiFactorDone: boolean
}

const KEPT = 1000
const LIFE = 15 * 60_000

export type Interactions = {
  begin(request: AuthorizeRequest, now: number): Interaction
  find(id: string, now: number): Interaction | undefined
  end(id: string): void
  /** Users signed in with that browser session. */
  sessionUsers(session: string | undefined): string[]
  /** Adds a user to the session, or to a new one; returns the session's id. */
  remember(session: string | undefined, userId: string): string
  forget(session: string | undefined): void
}

function trim(map: Map<string, unknown>): void {
  const oldest = map.size > KEPT ? map.keys().next().value : undefined
  if (oldest !== undefined) map.delete(oldest)
}

export function createInteractions(): Interactions {
  const running = new Map<string, Interaction>()
  const sessions = new Map<string, Set<string>>()
  return {
    begin(request, now) {
      const id = randomBytes(24).toString('base64url')
      const interaction = { id, request, expiresAt: now + LIFE, userId: undefined, multiFactorDone: false }
      running.set(id, interaction)
      trim(running)
      return interaction
    },
    find(id, now) {
      const interaction = running.get(id)
      return interaction !== undefined && interaction.expiresAt > now ? interaction : undefined
    },
    end(id) {
      running.delete(id)
    },
    sessionUsers: (session) => [...(sessions.get(session ?? '') ?? [])],
    remember(session, userId) {
      const known =
        session !== undefined && sessions.has(session) ? session : randomBytes(24).toString('base64url')
      const users = sessions.get(known) ?? new Set<string>()
      sessions.set(known, users.add(userId))
      trim(sessions)
      return known
    },
    forget(session) {
      sessions.delete(session ?? '')
    },
  }
}
