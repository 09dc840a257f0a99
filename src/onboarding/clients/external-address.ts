import type { Settings } from '../../security/index.ts'
import { fail } from './errors.ts'

const name = 'external-address'
/** Where Microsoft sends browsers back to that signed in through the operator's own application. */
export const returnPath = '/microsoft/return'

/** The origin under which browsers elsewhere reach this server. */
export interface ExternalAddress {
  /** Null: none was set, or its name is not allowed any more. */
  read(): Promise<string | null>
  /** @throws SGN_ADDRESS_INVALID */
  write(address: string | null): Promise<void>
}

export function createExternalAddress(
  settings: Pick<Settings, 'read' | 'write'>,
  allowedHosts: readonly string[],
): ExternalAddress {
  return {
    read: async () => {
      const found = await settings.read(name)
      return typeof found === 'string' && refusal(found, allowedHosts) === undefined ? found : null
    },
    write: async (address) => {
      if (address === null) return settings.write(name, null)
      const wanted = address.trim().replace(/\/+$/, '')
      const reason = refusal(wanted, allowedHosts)
      if (reason !== undefined) throw fail('SGN_ADDRESS_INVALID', { address: wanted, reason })
      await settings.write(name, new URL(wanted).origin)
    },
  }
}

/** Why an address cannot be the external one; undefined when it can. */
function refusal(address: string, allowedHosts: readonly string[]): string | undefined {
  const url = URL.parse(address)
  if (!url) return 'it is not an address'
  if (url.origin !== address.toLowerCase() && `${url.origin}:443` !== address.toLowerCase())
    return 'it holds more than scheme, name and port'
  const isLocal = url.hostname === 'localhost'
  // Microsoft takes plain http for localhost only, and a session's cookie would be readable on the way.
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) return 'it is not https'
  if (!isLocal && !allowedHosts.includes(url.hostname)) return 'the server does not answer by this name'
  return undefined
}
