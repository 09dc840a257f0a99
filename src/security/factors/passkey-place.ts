import { isIP } from 'node:net'

/** Where a passkey belongs to (its 'relying party'): the name of the host by which the console is open, and the whole origin. */
export interface PasskeyPlace {
  readonly rpId: string
  readonly origin: string
}

/**
 * By the address that the console is open at, or why there can be no passkeys. Browsers offer them in secure contexts only, https or
 * `localhost`, and for names only, not for IP addresses (Web Authentication Level 3, sections 5 and 5.1.2: the RP ID is a domain).
 */
export function passkeyPlaceOf(origin: string): PasskeyPlace | { readonly reason: string } {
  const { protocol, hostname } = new URL(origin)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    return {
      reason: 'Passkeys belong to a name, and this console is open at an IP address. Open it by a name.',
    }
  }
  if (protocol !== 'https:' && hostname !== 'localhost') {
    return { reason: 'Browsers offer passkeys over https only, or on localhost. Open this console by https.' }
  }
  return { rpId: hostname, origin }
}
