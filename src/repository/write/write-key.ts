/** Writes key files. A key file is never trusted before it was read back and opened: it may soon be the only one. */
import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '../../shared/index.ts'
import type { Backend } from '../backend.ts'
import { fail } from '../errors.ts'
import { idOf } from '../format/blob-id.ts'
import type { MasterKey, RandomSource } from '../format/crypto.ts'
import { decodeKeyFile, encodeKeyFile, type ScryptCost } from '../format/key-file.ts'

/** restic looks at no more keys than this when it opens a repository. */
export const mostKeys = 20

export interface KeyOptions {
  readonly password: string
  /** Names in the key file; no meaning beyond telling keys apart. */
  readonly host?: string
  readonly username?: string
  readonly signal?: AbortSignal
  readonly clock?: Clock
  readonly random?: RandomSource
  readonly scrypt?: ScryptCost
}

/** Saves a key file, checks that it opens, and answers its name. */
export async function writeKey(backend: Backend, master: MasterKey, options: KeyOptions): Promise<string> {
  const { clock = systemClock, random = randomBytes, host = 'repository', username = 'repository' } = options
  const bytes = await encodeKeyFile(master, {
    password: options.password,
    created: clock.now(),
    username,
    hostname: host,
    random,
    ...(options.scrypt ? { cost: options.scrypt } : {}),
  })
  const name = idOf(bytes)
  const { signal } = options
  await backend.save('keys', name, bytes, signal)
  const stored = await backend.load('keys', name, undefined, signal)
  if (!(await decodeKeyFile(stored, options.password, name))) {
    throw fail('STO_KEY_INVALID', { name, reason: 'it does not open with the password it was made for' })
  }
  return name
}
