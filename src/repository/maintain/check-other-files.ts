/** The strict validator's view of the files beside the data: config, keys, locks, and what does not belong there. */
import { isAppError } from '../../errors/index.ts'
import type { RepositoryInternals } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { idOf } from '../format/blob-id.ts'
import { formOf } from '../format/canonical.ts'
import { configFields, decodeConfig } from '../format/config-file.ts'
import { isClamped, unseal } from '../format/crypto.ts'
import { loadJsonFile } from '../format/json-file.ts'
import { keyFields, parseKeyFile } from '../format/key-file.ts'
import { decodeLock, lockFields } from '../format/lock-file.ts'
import { staleAfter } from '../lock.ts'
import { openLoaded } from '../read/open-loaded.ts'
import type { Finding } from '../repository.ts'
import { mostKeys } from '../write/write-key.ts'
import { finding, findingOf } from './finding.ts'

/** Larger files of these kinds are none: they are not read. */
const largestFile = 1 << 20

export async function* checkOtherFiles(
  internals: RepositoryInternals,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  yield* checkConfig(internals, signal)
  yield* checkKeys(internals, signal)
  yield* checkLocks(internals, signal)
  for await (const path of internals.backend.listForeign?.(signal) ?? []) {
    yield finding('warning', path, 'STO_FILE_FOREIGN', { path })
  }
}

async function* checkConfig(
  { backend, key }: RepositoryInternals,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  try {
    const bytes = await openLoaded(
      () => backend.load('config', 'config', undefined, signal),
      (sealed) => unseal(key, sealed, 'the config file'),
    )
    decodeConfig(bytes)
    yield* formFindings(bytes, configFields, 'config', 'config')
  } catch (error) {
    signal.throwIfAborted()
    yield findingOf(error, 'config')
  }
}

async function* checkKeys(
  { backend, key, currentKey }: RepositoryInternals,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  let count = 0
  for await (const { name, size } of backend.list('keys', signal)) {
    if (++count === mostKeys + 1) yield finding('warning', 'keys', 'STO_KEYS_TOO_MANY', { limit: mostKeys })
    try {
      const bytes = await loadSmall(backend, 'keys', name, size, signal)
      parseKeyFile(bytes, name)
      yield* formFindings(bytes, keyFields, 'keys', name)
    } catch (error) {
      signal.throwIfAborted()
      if (!isAppError(error, 'STO_FILE_MISSING')) yield findingOf(error, `keys/${name}`)
    }
  }
  if (!isClamped(key.macR)) {
    const reason = 'the master key in it has bits that must be zero'
    yield finding('error', `keys/${currentKey.name}`, 'STO_KEY_INVALID', { name: currentKey.name, reason })
  }
}

async function* checkLocks(
  { backend, key, clock }: RepositoryInternals,
  signal: AbortSignal,
): AsyncGenerator<Finding, void> {
  for await (const { name, size } of backend.list('locks', signal)) {
    const subject = `locks/${name}`
    try {
      if (size > largestFile) throw tooLarge('locks', name)
      const bytes = await loadJsonFile(backend, key, 'locks', name, signal)
      const { time, hostname: host } = decodeLock(bytes, name)
      if (clock.now() - Date.parse(time) > staleAfter) {
        yield finding('warning', subject, 'STO_LOCK_STALE', { name, host, since: time })
      }
      yield* formFindings(bytes, lockFields, 'locks', name)
    } catch (error) {
      signal.throwIfAborted()
      // Released or refreshed since the listing.
      if (isAppError(error, 'STO_FILE_MISSING')) continue
      // An empty lock is what a crash of some programs leaves; nobody heeds it.
      const found = findingOf(error, subject)
      yield size === 0 ? { ...found, severity: 'warning' } : found
    }
  }
}

async function loadSmall(
  backend: RepositoryInternals['backend'],
  type: 'keys',
  name: string,
  size: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (size > largestFile) throw tooLarge(type, name)
  return openLoaded(
    () => backend.load(type, name, undefined, signal),
    (bytes) => {
      if (idOf(bytes) === name) return bytes
      throw fail('STO_FILE_DAMAGED', { type, name, reason: 'its bytes do not have the hash of its name' })
    },
  )
}

function tooLarge(type: 'keys' | 'locks', name: string): Error {
  return fail('STO_FILE_DAMAGED', { type, name, reason: `it has more than ${largestFile} bytes` })
}

function* formFindings(
  bytes: Buffer,
  known: readonly string[],
  type: 'config' | 'keys' | 'locks',
  name: string,
): Iterable<Finding> {
  const subject = type === 'config' ? 'config' : `${type}/${name}`
  const { unknown, canonical } = formOf(bytes.toString('utf8'), known)
  for (const field of unknown) {
    yield finding('warning', subject, 'STO_FILE_UNKNOWN_FIELD', { type, name, field })
  }
  if (!canonical) yield finding('warning', subject, 'STO_FILE_ENCODING', { type, name })
}
