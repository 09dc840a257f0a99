import { Server } from 'node:https'

/**
 * What a TLS connection is protected by: version 1.2 or newer, keys that are of no use later (forward secrecy), and ciphers that
 * authenticate what they hide. Node's own list still holds RSA key exchange and CBC. The names are OpenSSL's.
 * Source: RFC 9325 (Recommendations for Secure Use of TLS, 2022), section 4.2.
 */
const tlsProtection = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
} as const

interface Pair {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: string
}

/** Of a server that shows this certificate. */
export function secureOptions({ certificate, key }: Pair) {
  return { ...tlsProtection, cert: certificate, key }
}

/** Shows another certificate from the next connection on. @throws what OpenSSL says of a pair that it does not take */
export function useCertificate(server: unknown, pair: Pair): void {
  if (!(server instanceof Server)) throw new TypeError('the server does not speak TLS')
  server.setSecureContext(secureOptions(pair))
}
