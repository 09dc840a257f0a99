/**
 * The keys of a repository: each wraps the one master key with a password. The master key itself never changes, so a removed
 * password that somebody has used before to read the master key still opens what was stored; only a new repository helps there.
 * Write order when a password is changed: new key file, proof that it opens, then the old one is removed.
 */
import { internalsOf } from '../create-repository.ts'
import { fail } from '../errors.ts'
import { isRecord } from '../format/json.ts'
import type { Repository } from '../repository.ts'
import { type KeyOptions, writeKey } from '../write/write-key.ts'
import { withLock } from './with-lock.ts'

/** What a key file says of itself. */
export interface KeyInfo {
  /** Name of the key file, 64 hex digits. */
  readonly id: string
  /** RFC 3339 text; empty when the file does not say it. */
  readonly created: string
  readonly username: string
  readonly hostname: string
  /** Whether this repository was opened with it. */
  readonly current: boolean
}

/** All keys, oldest first. Nothing secret is in the answer. */
export async function listKeys(repository: Repository, signal?: AbortSignal): Promise<KeyInfo[]> {
  const { backend, currentKey } = internalsOf(repository)
  const keys: KeyInfo[] = []
  for await (const { name } of backend.list('keys', signal)) {
    const fields = fieldsOf(await backend.load('keys', name, undefined, signal))
    keys.push({
      id: name,
      created: textOf(fields['created']),
      username: textOf(fields['username']),
      hostname: textOf(fields['hostname']),
      current: name === currentKey.name,
    })
  }
  return keys.sort(
    (a, b) => (Date.parse(a.created) || 0) - (Date.parse(b.created) || 0) || (a.id < b.id ? -1 : 1),
  )
}

/**
 * Removes a key by its id or a unique prefix, under the exclusive lock. The last key can never be removed.
 * Errors: `STO_KEY_UNKNOWN`, `STO_KEY_LAST`, `STO_KEY_IN_USE` unless `evenIfInUse`, `STO_LOCKED`.
 */
export async function removeKey(
  repository: Repository,
  idOrPrefix: string,
  options: { readonly evenIfInUse?: boolean; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { backend } = internalsOf(repository)
  await withLock(repository, 'exclusive', options.signal, async (signal) => {
    const keys = await listKeys(repository, signal)
    const found = keys.filter(({ id }) => idOrPrefix !== '' && id.startsWith(idOrPrefix))
    const [key] = found
    if (!key || found.length > 1) throw fail('STO_KEY_UNKNOWN', { id: idOrPrefix })
    if (keys.length === 1) throw fail('STO_KEY_LAST', { name: key.id })
    if (key.current && !options.evenIfInUse) throw fail('STO_KEY_IN_USE', { name: key.id })
    signal.throwIfAborted()
    await backend.remove('keys', key.id, signal)
  })
}

/**
 * Replaces the key this repository was opened with by one for `newPassword`, and answers the new key's id. Other keys stay.
 * A change that is cancelled in the middle may leave both keys. Errors: `STO_LOCKED`, `STO_KEY_INVALID` (the new key does not open; the old one
 * stays), those of the backend.
 */
export async function changePassword(
  repository: Repository,
  options: Omit<KeyOptions, 'password'> & { readonly newPassword: string },
): Promise<string> {
  const { backend, key, currentKey, clock, random } = internalsOf(repository)
  return withLock(repository, 'exclusive', options.signal, async (signal) => {
    const name = await writeKey(backend, key, {
      clock,
      random,
      ...options,
      password: options.newPassword,
      signal,
    })
    signal.throwIfAborted()
    await backend.remove('keys', currentKey.name, signal)
    currentKey.name = name
    return name
  })
}

function fieldsOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isRecord(value) ? value : {}
  } catch {
    // A damaged key file is still listed, so that it can be removed.
    return {}
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
