import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { fail } from './errors.ts'

/** Where the key of the secrets at rest comes from. */
export type KeySource =
  | { readonly key: string; readonly source: string }
  | { readonly file: string; readonly mayCreate: boolean }

/** The 32 bytes of the key. A missing file is made (mode 0600) only where allowed. Throws SEC_KEY_INVALID, SEC_KEY_MISSING. */
export function loadKey(from: KeySource): Buffer {
  if ('key' in from) return parseKey(from.key, from.source)
  if (!existsSync(from.file)) {
    if (!from.mayCreate) throw fail('SEC_KEY_MISSING', { file: from.file })
    writeNewKey(from.file)
  }
  return parseKey(readFileSync(from.file, 'utf8'), from.file)
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64')
  if (key.length !== 32 || !/^[\w+/=-]+$/.test(trimmed)) throw fail('SEC_KEY_INVALID', { source })
  return key
}

/** Complete or not there at all: written beside and linked, since a torn key would make every secret unreadable. */
function writeNewKey(file: string): void {
  const partial = `${file}.${process.pid}.new`
  const handle = openSync(partial, 'w', 0o600)
  try {
    writeSync(handle, `${randomBytes(32).toString('base64')}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(partial, file)
  } finally {
    rmSync(partial, { force: true })
  }
}
