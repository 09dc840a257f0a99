/**
 * Which network addresses may be connected to on behalf of an operator who typed a name or an address: none of this machine or of internal
 * networks, unless whoever runs the server allows them. Looked at when connecting and not before, so that a name that resolves to
 * something else a moment later (DNS rebinding) gains nothing.
 *
 * Source of the ranges: IANA's registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its updates, read 2026-11).
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { fail } from './errors.ts'

const refusedNetworks = [
  // This machine, this network, private use, carrier-grade NAT, link-local (where clouds answer for their machines' credentials).
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  // Protocol assignments, documentation, former 6to4 relays, benchmarks, multicast, reserved, broadcast.
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Unspecified, loopback and IPv4-compatible; discard; unique local; link-local; former site-local; multicast; documentation.
  '::/96',
  '100::/64',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  '2001:db8::/32',
  '3fff::/20',
  // Addresses that carry an IPv4 address that somebody else would connect to: NAT64, Teredo and other protocols, 6to4.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/23',
  '2002::/16',
  '5f00::/16',
] as const

export interface AddressGuard {
  /** @throws AppError NET_ADDRESS_REFUSED for an IP address that is not to be connected to */
  readonly check: (address: string, host?: string) => void
  /** Whether an address is one of the exceptions. */
  readonly isAllowed: (address: string) => boolean
  /** For `net.connect` and what is built on it: resolves a name, and gives only addresses that may be connected to. */
  readonly lookup: LookupFunction
}

/**
 * @param allowed addresses and networks (`10.1.2.3`, `10.0.0.0/8`, `fd00::/8`) that may be connected to nevertheless
 * @throws AppError NET_NETWORK_INVALID for something else in that list
 */
export function createAddressGuard(
  allowed: readonly string[],
  resolve: typeof dnsLookup = dnsLookup,
): AddressGuard {
  const refused = listOf(refusedNetworks)
  const exceptions = listOf(allowed)
  const isIn = (list: BlockList, address: string) =>
    list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  const isAllowed = (address: string) => isIP(address) !== 0 && isIn(exceptions, address)
  const check = (address: string, host = address): void => {
    const bare = address.replace(/%.*$/, '')
    if (isIP(bare) === 0 || (isIn(refused, bare) && !isAllowed(bare)))
      throw fail('NET_ADDRESS_REFUSED', { host, address: bare })
  }
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return callback(error, '')
      try {
        // One that is refused spoils the whole name: nobody has a good reason to mix them.
        for (const { address } of found) check(address, host)
      } catch (refusal) {
        return callback(refusal as Error, '')
      }
      const [first] = found
      if (options.all) callback(null, found)
      else callback(null, first?.address ?? '', first?.family)
    })
  }
  return { check, isAllowed, lookup }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits, ...rest] = network.split('/')
    const family = isIP(address)
    const longest = family === 6 ? 128 : 32
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
    if (family === 0 || rest.length > 0 || prefix < 0 || prefix > longest) {
      throw fail('NET_NETWORK_INVALID', { network })
    }
    list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
