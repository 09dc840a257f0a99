/**
 * What sign-ins leave behind for the token endpoint: authorization codes (10 minutes, one use), device codes and refresh tokens.
 * Bounded: the oldest are dropped.
 */
import { randomBytes } from 'node:crypto'
import { createDeviceCodes, type DeviceCodes } from './device-codes.ts'

export type Grant = {
  readonly clientId: string
  readonly userId: string
  /** Scopes as asked for at the authorize endpoint. */
  readonly scope: string
}

export type Code = Grant & {
  readonly redirectUri: string
  /** Whether the address was registered as a web platform, so that redeeming takes a credential. */
  readonly confidential: boolean
  readonly nonce: string | undefined
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined
  /** Milliseconds. */
  readonly expiresAt: number
  used: boolean
}

export type RefreshToken = Grant & { readonly expiresAt: number }

const KEPT = 10_000

export type Store<T> = { add(value: T): string; find(handle: string): T | undefined }

function createStore<T>(prefix: string): Store<T> {
  const values = new Map<string, T>()
  return {
    add(value) {
      const handle = `${prefix}${randomBytes(48).toString('base64url')}`
      values.set(handle, value)
      const oldest = values.size > KEPT ? values.keys().next().value : undefined
      if (oldest !== undefined) values.delete(oldest)
      return handle
    },
    find: (handle) => values.get(handle),
  }
}

export type Grants = {
  readonly codes: Store<Code>
  readonly refreshTokens: Store<RefreshToken>
  readonly devices: DeviceCodes
}

export function createGrants(): Grants {
  return {
    codes: createStore<Code>('1.AS0A'),
    refreshTokens: createStore<RefreshToken>('1.AR0A'),
    devices: createDeviceCodes(),
  }
}
