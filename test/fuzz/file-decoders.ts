/** The small files of a repository: snapshots, locks, the config, keys. */
import assert from 'node:assert/strict'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { formOf } from '../../src/repository/format/canonical.ts'
import { configFields, decodeConfig } from '../../src/repository/format/config-file.ts'
import {
  decodeKeyFile,
  encodeKeyFile,
  keyFields,
  parseKeyFile,
} from '../../src/repository/format/key-file.ts'
import { decodeLock, encodeLock, lockFields } from '../../src/repository/format/lock-file.ts'
import { decodeSnapshot, encodeSnapshot, snapshotFields } from '../../src/repository/format/snapshot-file.ts'
import { nanoseconds, zonedTime } from '../../src/repository/maintain/zoned-time.ts'
import { type Decoder, unless, unlessLater } from './decoder.ts'

const [one = '', two = '', three = ''] = ['one', 'two', 'three'].map((text) => idOf(Buffer.from(text)))
const buffers = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))

/** The validator's word on the form; text that is no JSON has none. */
function formIsCanonical(bytes: Buffer, known: readonly string[]): boolean {
  const { unknown, canonical } = formOf(bytes.toString('utf8'), known)
  return canonical && unknown.length === 0
}

const exampleSnapshot = {
  time: '2024-02-29T12:00:00.5+01:00',
  tree: one,
  paths: ['/a', '/<b>'],
  hostname: 'h',
  username: 'u',
  uid: 1000,
  tags: ['t'],
  original: two,
  programVersion: 'x',
}
const snapshot: Decoder = {
  name: 'snapshot',
  examples: [
    encodeSnapshot(exampleSnapshot),
    encodeSnapshot({
      ...exampleSnapshot,
      parent: three,
      excludes: ['*'],
      gid: 1,
      summary: { files_new: 1 } as never,
    }),
    Buffer.from(`{"time":"0000-01-01T00:00:00Z","tree":"${one}","paths":null}`),
  ],
  read(bytes) {
    const decoded = unless(() => decodeSnapshot(bytes, 'it'), 'STO_SNAPSHOT_INVALID')
    if (!decoded) return
    assert.ok(Number.isFinite(Date.parse(decoded.time)))
    nanoseconds(zonedTime(decoded.time))
    formIsCanonical(bytes, snapshotFields)
    const { id: _, ...rest } = decoded
    // The summary is kept as it was read: `-0` and `0` are one number.
    const { id: __, ...again } = decodeSnapshot(encodeSnapshot(rest), 'it')
    assert.equal(encodeSnapshot(again).toString(), encodeSnapshot(rest).toString())
  },
}

const lock: Decoder = {
  name: 'lock',
  examples: [
    encodeLock({ time: '2024-02-29T12:00:00Z', exclusive: true, hostname: 'h', username: 'n', pid: 7 }),
    buffers(
      '{"time":"2024-01-01T00:00:00Z","exclusive":false,"hostname":"","username":"","pid":-1,"uid":1}',
    )[0] ?? Buffer.alloc(0),
  ],
  read(bytes) {
    const decoded = unless(() => decodeLock(bytes, 'it'), 'STO_LOCK_UNREADABLE')
    if (!decoded) return
    assert.ok(Number.isFinite(Date.parse(decoded.time)))
    formIsCanonical(bytes, lockFields)
    assert.deepEqual(decodeLock(encodeLock(decoded), 'it'), decoded)
  },
}

const config: Decoder = {
  name: 'config',
  examples: buffers(`{"version":2,"id":"${one}","chunker_polynomial":"3da3358b4dc173"}`),
  read(bytes) {
    const codes = ['STO_CONFIG_INVALID', 'STO_VERSION_UNSUPPORTED', 'STO_POLYNOMIAL_INVALID']
    const decoded = unless(() => decodeConfig(bytes), ...codes)
    if (!decoded) return
    formIsCanonical(bytes, configFields)
    const { version, id, polynomial } = decoded
    const text = JSON.stringify({ version, id, chunker_polynomial: polynomial.toString(16) })
    assert.deepEqual(decodeConfig(Buffer.from(text)), decoded)
  },
}

const master = { encrypt: new Uint8Array(32), macK: new Uint8Array(16), macR: new Uint8Array(16) }
const cheap = 1 << 12
const keyFile: Decoder = {
  name: 'key',
  examples: [
    await encodeKeyFile(master, {
      password: 'p',
      created: 0,
      username: 'u',
      hostname: 'h',
      cost: {
        N: 16,
        r: 1,
        p: 1,
      },
      random: (length) => Buffer.alloc(length, 7),
    }),
  ],
  async read(bytes) {
    const parsed = unless(() => parseKeyFile(bytes, 'it'), 'STO_KEY_INVALID')
    if (!parsed) return
    formIsCanonical(bytes, keyFields)
    const { N, r, p } = parsed.cost
    // What `parseKeyFile` allows takes at most seconds; the fuzzing has not the time for many of these.
    if (N * r * p > cheap && N < 1 << 16) return
    await unlessLater(() => decodeKeyFile(bytes, 'p', 'it'), 'STO_KEY_INVALID')
  },
}

export const fileDecoders: readonly Decoder[] = [snapshot, lock, config, keyFile]
