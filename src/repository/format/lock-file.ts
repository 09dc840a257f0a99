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

/** Errors: `STO_LOCK_UNREADABLE`. */
export function decodeLock(bytes: Buffer, name: string): LockFile {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw fail('STO_LOCK_UNREADABLE', { name }, cause)
  }
  if (!isRecord(value) || !isTime(value['time'])) throw fail('STO_LOCK_UNREADABLE', { name })
  return {
    time: value['time'],
    exclusive: value['exclusive'] === true,
    hostname: textOf(value['hostname']),
    username: textOf(value['username']),
    pid: Number(value['pid'] ?? 0),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
