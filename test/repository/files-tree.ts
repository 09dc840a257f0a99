/** Trees of files on a disk for the tests of backup and restore: made up from a seed, described, compared. */

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  type BigIntStats,
  chmodSync,
  constants,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { madeUp } from './material.ts'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/** Names as bytes: what people, programs and broken programs call files. */
export const evilNames: readonly Buffer[] = [
  ...[
    'quo"te',
    "apo'strophe",
    'back\\slash',
    'new\nline',
    'tab\tcontrol\x01\x7f',
    'emoji 😀 family 👨‍👩‍👧',
    'x'.repeat(255),
    '€'.repeat(85),
    '<html>&amp;\u2028\u2029',
    'zero\u200bwidth\ufeff',
    ' leading and trailing ',
    '-rf',
    '*?[a]',
    '\uffff before \u{1f600}',
    'e\u0301 and \u00e9',
    '\\x41\\u0042',
    '...',
  ].map((name) => Buffer.from(name)),
  Buffer.from('latin1 \xe9\xff', 'latin1'),
  // A lone surrogate as some programs write it, and UTF-8 that is cut off.
  Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62]),
  Buffer.from([0xf0, 0x9f, 0x98]),
  Buffer.from([0xc0, 0xaf, 0x80]),
]

const sizes = [
  0,
  1,
  100,
  512 * kibibyte - 1,
  512 * kibibyte,
  512 * kibibyte + 1,
  8 * mebibyte - 1,
  8 * mebibyte,
  8 * mebibyte + 1,
] as const

/** Makes a tree with everything a backup can meet in `folder`, which must not exist. */
export function makeTree(folder: string): void {
  mkdirSync(folder)
  const names = Buffer.from(`${folder}/names`)
  mkdirSync(names)
  for (const [index, name] of evilNames.entries()) {
    const path = Buffer.concat([names, Buffer.from('/'), name])
    if (index % 5 === 4) {
      mkdirSync(path)
      writeFileSync(Buffer.concat([path, Buffer.from('/inside')]), madeUp(`inside ${index}`, 50))
    } else writeFileSync(path, madeUp(`evil ${index}`, 100 + index))
  }
  mkdirSync(`${folder}/sizes`)
  for (const size of sizes) {
    writeFileSync(`${folder}/sizes/random ${size}`, madeUp(`size ${size}`, size))
    if (size > mebibyte) writeFileSync(`${folder}/sizes/zero ${size}`, Buffer.alloc(size))
  }
  writeFileSync(`${folder}/sizes/large`, madeUp('large', 21 * mebibyte + 12_345))
  mkdirSync(`${folder}/empty`)
  mkdirSync(`${folder}/deep/${Array.from({ length: 30 }, (_, depth) => `d${depth}`).join('/')}`, {
    recursive: true,
  })
  mkdirSync(`${folder}/many`)
  for (let file = 0; file < 1500; file++) writeFileSync(`${folder}/many/${file}`, `file ${file % 1000}`)
  mkdirSync(`${folder}/kinds`)
  symlinkSync('../sizes/large', `${folder}/kinds/link`)
  symlinkSync('nowhere "at" <all>\n', `${folder}/kinds/broken link`)
  symlinkSync('/', `${folder}/kinds/link to the root`)
  writeFileSync(`${folder}/kinds/first`, 'of several names')
  linkSync(`${folder}/kinds/first`, `${folder}/kinds/second`)
  linkSync(`${folder}/kinds/first`, `${folder}/empty name`)
  linkSync(`${folder}/sizes/large`, `${folder}/kinds/large`)
  execFileSync('mkfifo', [`${folder}/kinds/pipe`])
  for (const [index, mode] of [0o400, 0o755, 0o4755, 0o2711, 0o1644, 0o000].entries()) {
    writeFileSync(`${folder}/kinds/mode ${mode.toString(8)}`, `mode ${index}`)
    chmodSync(`${folder}/kinds/mode ${mode.toString(8)}`, mode)
  }
  mkdirSync(`${folder}/kinds/sticky`)
  chmodSync(`${folder}/kinds/sticky`, 0o1777)
  lutimesSync(`${folder}/kinds/link`, 1_111_111_111.123456, 1_222_222_222.654321)
  lutimesSync(`${folder}/sizes/random 1`, -1000.5, -86_400.25)
  lutimesSync(`${folder}/sizes/random 100`, 4_000_000_000, 4_000_000_000.999999)
  lutimesSync(`${folder}/empty`, 1, 0)
}

export interface Described {
  readonly kind: number
  readonly mode: number
  readonly owner: string
  /** Nanoseconds since the epoch. */
  readonly modified: bigint
  readonly links: number
  readonly content: string
}

/** All below a folder by path (bytes as latin1), `folder` itself left out. */
export function describeTree(folder: string): Map<string, Described> {
  const found = new Map<string, Described>()
  const walk = (path: Buffer, shown: string) => {
    for (const name of readdirSync(path, { encoding: 'buffer' })) {
      const inner = Buffer.concat([path, Buffer.from('/'), name])
      const label = `${shown}/${name.toString('latin1')}`
      const stats = lstatSync(inner, { bigint: true })
      found.set(label, describe(inner, stats))
      if (stats.isDirectory()) walk(inner, label)
    }
  }
  walk(Buffer.from(folder), '')
  return found
}

/** Asserts that two folders hold the same, times being the same to a microsecond: Node sets no finer ones. */
export function assertSameTrees(one: string, other: string): void {
  const [left, right] = [describeTree(one), describeTree(other)]
  assert.deepEqual([...left.keys()].toSorted(), [...right.keys()].toSorted())
  for (const [path, { modified, ...described }] of left) {
    const { modified: otherModified = 0n, ...otherDescribed } = right.get(path) ?? {}
    assert.deepEqual(otherDescribed, described, path)
    const difference = modified - otherModified
    assert.ok(difference < 1000n && difference > -1000n, `${path}: ${modified} and ${otherModified}`)
  }
}

function describe(path: Buffer, stats: BigIntStats): Described {
  const kind = Number(stats.mode) & constants.S_IFMT
  return {
    kind,
    mode: Number(stats.mode) & 0o7777,
    owner: `${stats.uid}:${stats.gid}`,
    modified: stats.mtimeNs,
    links: kind === constants.S_IFREG ? Number(stats.nlink) : 0,
    content:
      kind === constants.S_IFREG
        ? idOf(readFileSync(path))
        : kind === constants.S_IFLNK
          ? readlinkSync(path, { encoding: 'latin1' })
          : '',
  }
}
