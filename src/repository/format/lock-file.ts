/** locks/: who uses the repository, as restic writes it. */
import { fail } from '../errors.ts'
import { isTime } from './go-time.ts'
import { isRecord, jsonValue } from './json.ts'

export interface LockFile {
  /** RFC 3339 text. */
  readonly time: string
  readonly exclusive: boolean
  readonly hostname: string
  /** We write the nonce of our process here. */
  readonly username: string
  readonly pid: number
}

export function encodeLock({ time, exclusive, hostname, username, pid }: LockFile): Buffer {
  return Buffer.from(jsonValue({ time, exclusive, hostname, username, pid }))
}

/** Fields in Go's order. */
export const lockFields = ['time', 'exclusive', 'hostname', 'username', 'pid', 'uid', 'gid']

/** A lock that is not wholly understood protects all the same: nothing is guessed. Errors: `STO_LOCK_UNREADABLE`. */
export function decodeLock(bytes: Buffer, name: string): LockFile {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw fail('STO_LOCK_UNREADABLE', { name }, cause)
  }
  if (!isRecord(value)) throw fail('STO_LOCK_UNREADABLE', { name })
  const { time, exclusive = false, hostname = '', username = '', pid = 0 } = value
  if (
    !isTime(time) ||
    typeof exclusive !== 'boolean' ||
    typeof hostname !== 'string' ||
    typeof username !== 'string' ||
    typeof pid !== 'number' ||
    !Number.isSafeInteger(pid)
  ) {
    throw fail('STO_LOCK_UNREADABLE', { name })
  }
  // As Go reads half a surrogate pair, and `-0`.
  return {
    time,
    exclusive,
    hostname: hostname.toWellFormed(),
    username: username.toWellFormed(),
    pid: pid + 0,
  }
}
