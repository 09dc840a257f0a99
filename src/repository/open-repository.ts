/** Making and opening repositories. */
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../shared/index.ts'
import type { Backend } from './backend.ts'
import { createRepository } from './create-repository.ts'
import { fail } from './errors.ts'
import { isId } from './format/blob-id.ts'
import { type MasterKey, type RandomSource, randomMasterKey, seal, unseal } from './format/crypto.ts'
import { isRecord } from './format/json.ts'
import { decodeKeyFile, type ScryptCost } from './format/key-file.ts'
import type { Repository } from './repository.ts'
import { parsePolynomial, randomPolynomial } from './write/polynomial.ts'
import { createSealer, type Sealer } from './write/sealer.ts'
import { mostKeys, writeKey } from './write/write-key.ts'

export interface InitOptions {
  readonly password: string
  /** Hex or number. Repositories with the same one share blobs cheaply when copied; default: a random one. */
  readonly chunkerPolynomial?: bigint | string
  /** Names in the key file; no meaning beyond telling keys apart. */
  readonly host?: string
  readonly username?: string
  readonly clock?: Clock
  readonly random?: RandomSource
  readonly scrypt?: ScryptCost
}

export interface OpenOptions {
  readonly password: string
  /** Our own name in locks and snapshots: one per instance of the product, never the machine's hostname. */
  readonly host: string
  /** Tells the locks of this process from those of its predecessors. Default: random. */
  readonly processNonce?: string
  readonly clock?: Clock
  readonly random?: RandomSource
  readonly logger?: { warn(details: object, message: string): void }
  /** zstd level of what is written; default 3. */
  readonly compressionLevel?: number
  /** Worker threads shared between repositories; default: own ones, ended by `close`. */
  readonly sealer?: Sealer
}

/**
 * Makes a repository of format version 2: key file first, config last, since the config is what makes it one.
 * Errors: `STO_REPOSITORY_EXISTS`, `STO_POLYNOMIAL_INVALID`, those of the backend.
 */
export async function initRepository(backend: Backend, options: InitOptions): Promise<void> {
  const { random = randomBytes, chunkerPolynomial } = options
  const polynomial =
    chunkerPolynomial === undefined ? randomPolynomial(random) : parsePolynomial(chunkerPolynomial)
  if (await backend.stat('config', 'config')) throw fail('STO_REPOSITORY_EXISTS')
  for await (const _ of backend.list('keys')) throw fail('STO_REPOSITORY_EXISTS')
  const master = randomMasterKey(random)
  await writeKey(backend, master, options)
  const config = { version: 2, id: random(32).toString('hex'), chunker_polynomial: polynomial.toString(16) }
  await backend.save('config', 'config', seal(master, Buffer.from(JSON.stringify(config)), random))
}

/**
 * Opens a repository and reads its index.
 * Errors: `STO_REPOSITORY_MISSING`, `STO_WRONG_PASSWORD`, `STO_CONFIG_INVALID`, `STO_VERSION_UNSUPPORTED`, `STO_KEY_INVALID`.
 */
export async function openRepository(backend: Backend, options: OpenOptions): Promise<Repository> {
  if (!(await backend.stat('config', 'config'))) throw fail('STO_REPOSITORY_MISSING')
  const { random = randomBytes } = options
  const { key, name } = await openKey(backend, options.password)
  const config = readConfig(unseal(key, await backend.load('config', 'config'), 'the config file'))
  const repository = createRepository({
    backend,
    key,
    ...config,
    host: options.host,
    processNonce: options.processNonce ?? random(12).toString('hex'),
    clock: options.clock ?? systemClock,
    warn: (details, message) => options.logger?.warn(details, message),
    level: options.compressionLevel ?? 3,
    random,
    sealer: options.sealer ?? createSealer(),
    ownsSealer: options.sealer === undefined,
    currentKey: { name },
  })
  await repository.refreshIndex()
  return repository
}

/**
 * Adds a key file, so that a second password opens the repository too (restic calls it `key add`), and answers its name.
 * Errors: `STO_WRONG_PASSWORD`, `STO_KEYS_TOO_MANY`, those of the backend.
 */
export async function addKey(
  backend: Backend,
  options: Omit<InitOptions, 'chunkerPolynomial'> & { readonly newPassword: string },
): Promise<string> {
  const { key } = await openKey(backend, options.password)
  let keys = 0
  for await (const _ of backend.list('keys')) keys++
  if (keys >= mostKeys) throw fail('STO_KEYS_TOO_MANY', { limit: mostKeys })
  return writeKey(backend, key, { ...options, password: options.newPassword })
}

async function openKey(
  backend: Backend,
  password: string,
): Promise<{ readonly key: MasterKey; readonly name: string }> {
  let tried = 0
  let broken: unknown
  for await (const { name } of backend.list('keys')) {
    if (++tried > mostKeys) break
    try {
      const key = await decodeKeyFile(await backend.load('keys', name), password, name)
      if (key) return { key, name }
    } catch (cause) {
      broken = cause
    }
  }
  if (broken !== undefined) throw broken
  throw fail('STO_WRONG_PASSWORD', { keys: Math.min(tried, mostKeys) })
}

interface Config {
  readonly id: string
  readonly version: number
  readonly polynomial: bigint
}

function readConfig(bytes: Buffer): Config {
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
  return { id, version, polynomial: parsePolynomial(String(polynomial)) }
}
