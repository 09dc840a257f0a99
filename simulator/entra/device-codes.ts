/** Device codes that were given out, found by the device's handle or by what the person types. Bounded: the oldest go first. */
import { randomBytes, randomInt } from 'node:crypto'
import type { EntraError } from './errors.ts'

export type DeviceOutcome =
  | { readonly kind: 'pending' }
  | { readonly kind: 'approved'; readonly userId: string }
  | { readonly kind: 'declined' }
  | { readonly kind: 'refused'; readonly error: EntraError }
  | { readonly kind: 'redeemed' }

export type DeviceCode = {
  readonly clientId: string
  readonly scope: string
  /** The tenant's segment of the path that the client asked on. */
  readonly segment: string
  readonly userCode: string
  /** Milliseconds. */
  readonly expiresAt: number
  outcome: DeviceOutcome
  /** When the client asked last, milliseconds. */
  polledAt: number | undefined
}

export type DeviceCodes = {
  begin(fields: Pick<DeviceCode, 'clientId' | 'scope' | 'segment' | 'expiresAt'>): {
    readonly handle: string
    readonly device: DeviceCode
  }
  byHandle(handle: string): DeviceCode | undefined
  /** Spaces and case do not matter. */
  byUserCode(code: string): DeviceCode | undefined
}

const KEPT = 1000
/** Without letters and digits that people confuse. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

function newUserCode(): string {
  return Array.from({ length: 9 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}

export function createDeviceCodes(): DeviceCodes {
  const devices = new Map<string, DeviceCode>()
  return {
    begin(fields) {
      const handle = `FAQABAAEAAAD${randomBytes(48).toString('base64url')}`
      const device: DeviceCode = {
        ...fields,
        userCode: newUserCode(),
        outcome: { kind: 'pending' },
        polledAt: undefined,
      }
      devices.set(handle, device)
      const oldest = devices.size > KEPT ? devices.keys().next().value : undefined
      if (oldest !== undefined) devices.delete(oldest)
      return { handle, device }
    },
    byHandle: (handle) => devices.get(handle),
    byUserCode(code) {
      const wanted = code.replaceAll(/[\s-]/g, '').toUpperCase()
      return [...devices.values()].find((device) => device.userCode === wanted)
    },
  }
}
