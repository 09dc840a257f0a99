/**
 * Sign-ins in progress and browsers' sessions. Both live in memory, bounded; a sign-in is forgotten after 15 minutes.
 */
import { randomBytes } from 'node:crypto'
import type { Client } from './clients.ts'
import type { DeviceCode } from './device-codes.ts'
import type { RequestedScopes } from './scopes.ts'

type Asked = {
  readonly segment: string
  readonly client: Client
  readonly scope: string
  readonly scopes: RequestedScopes
  readonly prompt: string | undefined
  readonly loginHint: string | undefined
}

export type AuthorizeRequest = Asked & {
  readonly kind: 'code'
  readonly redirectUri: string
  readonly confidential: boolean
  readonly responseMode: 'query' | 'fragment' | 'form_post'
  readonly state: string | undefined
  readonly nonce: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
}

export type DeviceRequest = Asked & { readonly kind: 'device'; readonly device: DeviceCode }

export type AdminConsentRequest = Asked & {
  readonly kind: 'adminConsent'
  readonly version: 1 | 2
  /** As asked for; absent, one of the registered addresses is taken, if there is any. */
  readonly redirectUri: string | undefined
  readonly state: string | undefined
}

/** What a person signs in for. */
export type SignInRequest = AuthorizeRequest | DeviceRequest | AdminConsentRequest

export type Interaction = {
  readonly id: string
  readonly request: SignInRequest
  readonly expiresAt: number
  /** Set once the password was right; the later pages need it. */
  userId: string | undefined
  multiFactorDone: boolean
  /** The person said that it is this application that they sign in to. Only asked with device codes. */
  confirmed: boolean
}

const KEPT = 1000
const LIFE = 15 * 60_000

export type Interactions = {
  begin(request: SignInRequest, now: number): Interaction
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
      const interaction = {
        id,
        request,
        expiresAt: now + LIFE,
        userId: undefined,
        multiFactorDone: false,
        confirmed: false,
      }
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
