/** Where the outer key comes from, and how its file is made, replaced and checked. */
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../errors.ts'

/** `credential`: a file that systemd hands to the service; it guards who may read it, and the server cannot change it. */
export type KeyPlace =
  | { readonly value: string; readonly source: string }
  | { readonly file: string; readonly credential?: boolean }

export const sourceOf = (place: KeyPlace): string => ('value' in place ? place.source : place.file)

/** The 32 bytes of the key, or null where its file does not exist. Throws SEC_KEY_INVALID, SEC_KEY_FILE_OPEN, SEC_KEY_FILE_UNREADABLE. */
export function readKey(place: KeyPlace): Buffer | null {
  if ('value' in place) return parseKey(place.value, place.source)
  const { file } = place
  if (!existsSync(file)) return null
  if (!place.credential) requirePrivate(file)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw fail('SEC_KEY_FILE_UNREADABLE', { file, reason: reasonOf(error) }, error)
  }
  return parseKey(text, file)
}

/** Makes the file with a new key and answers the key. Throws SEC_KEY_FILE_UNWRITABLE. */
export function makeKeyFile(file: string): Buffer {
  const key = randomBytes(32)
  try {
    writeWhole(file, `${key.toString('base64')}\n`)
  } catch (error) {
    throw fail('SEC_KEY_FILE_UNWRITABLE', { file, reason: reasonOf(error) }, error)
  }
  return key
}

/** The key that waits to take the place of the one in the file, while what is sealed is being brought to it. */
export const nextKeyFile = (file: string): string => `${file}.next`

/** Puts the waiting key into the place of the one before, at once or not at all. */
export function installNextKey(file: string): void {
  renameSync(nextKeyFile(file), file)
  syncFolder(file)
}

export function removeNextKey(file: string): void {
  rmSync(nextKeyFile(file), { force: true })
}

/** Throws SEC_KEY_FILE_UNWRITABLE where a new key could not take the place of the file. */
export function requireReplaceable(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch (error) {
    throw fail('SEC_KEY_FILE_UNWRITABLE', { file, reason: reasonOf(error) }, error)
  }
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64')
  if (key.length !== 32 || !/^[\w+/=-]+$/.test(trimmed)) throw fail('SEC_KEY_INVALID', { source })
  return key
}

/** The owner's group may read it (`root:bdrcloud`, 0640), nobody else, and only its owner may write. */
function requirePrivate(file: string): void {
  const { mode, uid } = statSync(file)
  const own = process.getuid?.()
  if (own === undefined) return
  const open = (mode & 0o027) !== 0
  const foreign = uid !== own && uid !== 0 && own !== 0
  if (open || foreign) {
    const found = `mode 0${(mode & 0o777).toString(8)}, user ${uid}`
    throw fail('SEC_KEY_FILE_OPEN', { file, found })
  }
}

/** Complete or not there at all: written beside and linked, since a torn key would make every secret unreadable. */
function writeWhole(file: string, text: string): void {
  const partial = `${file}.${process.pid}.new`
  const handle = openSync(partial, 'w', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
  syncFolder(file)
}

/** What a folder holds is durable only once the folder is, too (fsync(2)). */
function syncFolder(file: string): void {
  const handle = openSync(dirname(file), 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)
}
