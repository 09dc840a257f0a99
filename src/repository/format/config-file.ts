/** The config file: what makes a place a repository. Sealed, never compressed. */
import { fail } from '../errors.ts'
import { parsePolynomial } from '../write/polynomial.ts'
import { isId } from './blob-id.ts'
import { isRecord } from './json.ts'

/** Fields in Go's order. */
export const configFields = ['version', 'id', 'chunker_polynomial']

export interface Config {
  readonly id: string
  readonly version: number
  readonly polynomial: bigint
}

/** Errors: `STO_CONFIG_INVALID`, `STO_VERSION_UNSUPPORTED`, `STO_POLYNOMIAL_INVALID`. */
export function decodeConfig(bytes: Buffer): Config {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw fail('STO_CONFIG_INVALID', { reason: 'it is no JSON' }, cause)
  }
  if (!isRecord(value)) throw fail('STO_CONFIG_INVALID', { reason: 'it is no JSON object' })
  const { version, id, chunker_polynomial: polynomial } = value
  if (version !== 1 && version !== 2) throw fail('STO_VERSION_UNSUPPORTED', { version: String(version) })
  if (!isId(id)) throw fail('STO_CONFIG_INVALID', { reason: 'it has no id' })
  if (typeof polynomial !== 'string') {
    throw fail('STO_CONFIG_INVALID', { reason: 'it has no chunker polynomial' })
  }
  return { id, version, polynomial: parsePolynomial(polynomial) }
}
