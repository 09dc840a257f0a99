/** Making and opening repositories. */
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../shared/index.ts'
import type { Backend } from './backend.ts'
import { createRepository, internalsOf } from './create-repository.ts'
import { fail } from './errors.ts'
import { idOf } from './format/blob-id.ts'
import { type Compression, compressionLevels } from './format/compression.ts'
import { decodeConfig } from './format/config-file.ts'
import { type MasterKey, type RandomSource, randomMasterKey, seal, unseal } from './format/crypto.ts'
import { decodeKeyFile, type ScryptCost } from './format/key-file.ts'
import { type IndexKind, indexStore } from './read/index-kind.ts'
import { openLoaded } from './read/open-loaded.ts'
import type { Repository } from './repository.ts'
import { createWorkerThreads, type WorkerThreads } from './threads/worker-threads.ts'
import { checkedPackSize } from './write/pack-size.ts'
import { parsePolynomial, randomPolynomial } from './write/polynomial.ts'
import { mostKeys, writeKey } from './write/write-key.ts'

/** The first key of a new repository, and its chunker polynomial. */
export interface InitOptions {
  readonly password: string
  /** Of further keys that open it too. */
  readonly otherPasswords?: readonly string[]
  /** Hex or number. Repositories with the same one share blobs cheaply when copied; default: a random one. */
  readonly chunkerPolynomial?: bigint | string
  /** Names in the key file; no meaning beyond telling keys apart. */
  readonly host?: string
  readonly username?: string
  readonly clock?: Clock
  readonly random?: RandomSource
  readonly scrypt?: ScryptCost
}

/** The password, and who we are in locks and snapshots. */
export interface OpenOptions {
  readonly password: string
  /** Our own name in locks and snapshots: one per instance of the product, never the machine's hostname. */
  readonly host: string
  /** Tells the locks of this process from those of its predecessors. Default: random. */
  readonly processNonce?: string
  readonly clock?: Clock
  readonly random?: RandomSource
  readonly logger?: { warn(details: object, message: string): void }
  /**
   * Whether the index is read; default true. Without it, a repository with damaged index files can still be opened, to be checked,
   * validated or repaired; everything else needs `refreshIndex` first.
   */
  readonly readIndex?: boolean
  /** How hard content is compressed; default `default`. */
  readonly compression?: Compression
  /**
   * Open each blob after sealing and compare it with its id before it is stored (restic's `--no-extra-verify` leaves that out): it
   * finds faults of memory and processor before they are in the backup. Default true.
   */
  readonly extraVerify?: boolean
  /**
   * Bytes at which a pack ends, from 4 to 128 MiB; default 16 MiB, as restic's. Larger ones make fewer files in the storage place; four of them
   * are in memory while writing.
   */
  readonly packSize?: number
  /** Where the index is kept while the repository is open; default: in memory. */
  readonly index?: IndexKind
  /** Worker threads shared between repositories; default: own ones, ended by `close`. */
  readonly threads?: WorkerThreads
  /** Cancels the opening; what is open already does not hear it. */
  readonly signal?: AbortSignal
}

/**
 * Makes a repository of format version 2 and answers its id: key files first, config last, since the config is what makes it one.
 * Errors: `STO_REPOSITORY_EXISTS`, `STO_POLYNOMIAL_INVALID`, those of the backend.
 */
export async function initRepository(backend: Backend, options: InitOptions): Promise<string> {
  const { random = randomBytes, chunkerPolynomial, otherPasswords = [] } = options
  const polynomial =
    chunkerPolynomial === undefined ? randomPolynomial(random) : parsePolynomial(chunkerPolynomial)
  if (await backend.stat('config', 'config')) throw fail('STO_REPOSITORY_EXISTS')
  for await (const _ of backend.list('keys')) throw fail('STO_REPOSITORY_EXISTS')
  const master = randomMasterKey(random)
  const passwords = [options.password, ...otherPasswords]
  // All at once: each takes most of a second of a core. Those under way are waited for even when one fails.
  const written = await Promise.allSettled(
    passwords.map((password) => writeKey(backend, master, { ...options, password })),
  )
  for (const one of written) if (one.status === 'rejected') throw one.reason
  const id = random(32).toString('hex')
  const config = { version: 2, id, chunker_polynomial: polynomial.toString(16) }
  await backend.save('config', 'config', seal(master, Buffer.from(JSON.stringify(config)), random))
  return id
}

/**
 * Opens a repository and reads its index.
 * Errors: `STO_REPOSITORY_MISSING`, `STO_WRONG_PASSWORD`, `STO_CONFIG_INVALID`, `STO_VERSION_UNSUPPORTED`, `STO_POLYNOMIAL_INVALID`,
 * `STO_PACK_SIZE_INVALID`, `STO_KEY_INVALID`; of the index: `STO_FILE_DAMAGED`, `STO_SEAL_BROKEN`, `STO_COMPRESSION_BROKEN`, `STO_INDEX_INVALID`.
 */
export async function openRepository(backend: Backend, options: OpenOptions): Promise<Repository> {
  const { random = randomBytes, signal } = options
  signal?.throwIfAborted()
  const packSize = checkedPackSize(options.packSize)
  if (!(await backend.stat('config', 'config', signal))) throw fail('STO_REPOSITORY_MISSING')
  const { key, name } = await openKey(backend, options.password, signal)
  const config = await openLoaded(
    () => backend.load('config', 'config', undefined, signal),
    (bytes) => decodeConfig(unseal(key, bytes, 'the config file')),
  )
  const repository = createRepository({
    backend,
    key,
    ...config,
    host: options.host,
    processNonce: options.processNonce ?? random(12).toString('hex'),
    clock: options.clock ?? systemClock,
    warn: (details, message) => options.logger?.warn(details, message),
    levels: compressionLevels(options.compression ?? 'default'),
    extraVerify: options.extraVerify ?? true,
    packSize,
    random,
    threads: options.threads ?? createWorkerThreads(),
    ownsThreads: options.threads === undefined,
    indexes: indexStore(options.index ?? { kind: 'memory' }, config.id, key),
    currentKey: { name },
  })
  if (options.readIndex === false) return repository
  try {
    await repository.refreshIndex(signal)
  } catch (cause) {
    if (options.threads === undefined) await internalsOf(repository).threads.close()
    throw cause
  }
  return repository
}

/**
 * Adds a key file, so that a second password opens the repository too (restic calls it `key add`), and answers its name.
 * Errors: `STO_WRONG_PASSWORD`, `STO_KEYS_TOO_MANY`, those of the backend.
 */
export async function addKey(
  backend: Backend,
  options: Omit<InitOptions, 'chunkerPolynomial' | 'otherPasswords'> & {
    readonly newPassword: string
    readonly signal?: AbortSignal
  },
): Promise<string> {
  const { key } = await openKey(backend, options.password, options.signal)
  let keys = 0
  for await (const _ of backend.list('keys', options.signal)) keys++
  if (keys >= mostKeys) throw fail('STO_KEYS_TOO_MANY', { limit: mostKeys })
  return writeKey(backend, key, { ...options, password: options.newPassword })
}

async function openKey(
  backend: Backend,
  password: string,
  signal?: AbortSignal,
): Promise<{ readonly key: MasterKey; readonly name: string }> {
  let tried = 0
  let broken: unknown
  for await (const { name } of backend.list('keys', signal)) {
    if (++tried > mostKeys) break
    try {
      const key = await openLoaded(
        () => backend.load('keys', name, undefined, signal),
        async (bytes) => {
          const opened = await decodeKeyFile(bytes, password, name)
          // Changed bytes look like a wrong password; they are to be told apart.
          if (!opened && idOf(bytes) !== name) throw damaged(name)
          return opened
        },
      )
      if (key) return { key, name }
    } catch (cause) {
      signal?.throwIfAborted()
      broken = cause
    }
  }
  if (broken !== undefined) throw broken
  throw fail('STO_WRONG_PASSWORD', { keys: Math.min(tried, mostKeys) })
}

function damaged(name: string): Error {
  return fail('STO_FILE_DAMAGED', {
    type: 'keys',
    name,
    reason: 'its bytes do not have the hash of its name',
  })
}
