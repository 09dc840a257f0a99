/**
 * Makes the golden repositories in test/repository/fixtures anew, with the stock restic in PATH and as root (owners, devices). Run it
 * when a new release of restic is to be kept beside the old one; the fixtures of old releases stay as they are.
 *
 *   node scripts/golden-repositories.ts FOLDER
 *
 * For each repository FOLDER gets NAME.tar.gz, and NAME.json.gz with what restic itself says is in it: its snapshots, keys, blobs, `ls --json`,
 * and the bytes it restores.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chunkerTables, createChunker, smallestChunk } from '../src/repository/write/chunker.ts'
import { parsePolynomial } from '../src/repository/write/polynomial.ts'
import { evilNames } from '../test/repository/files-tree.ts'

const password = 'geheim'
const named = 'hostname golden && exec restic "$@"'
const out = resolve(process.argv[2] ?? 'golden')
const work = mkdtempSync(join(tmpdir(), 'golden-'))
mkdirSync(out, { recursive: true })

const restic = (repository: string, ...parameters: string[]): string =>
  // A name of its own for the machine, which key files hold.
  execFileSync(
    'unshare',
    ['--uts', 'sh', '-c', named, 'restic', '--no-cache', '-r', repository, ...parameters],
    {
      env: { ...process.env, RESTIC_PASSWORD: password },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  )
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

make('v2-compressed', ['--repository-version', '2'], [], true)
// Without large files, which would make large fixtures.
make('v2-uncompressed', ['--repository-version', '2'], ['--compression', 'off'], false)
make('v1', ['--repository-version', '1'], [], false)
rmSync(work, { recursive: true })

function make(name: string, init: readonly string[], options: readonly string[], large: boolean): void {
  const folder = join(work, name)
  mkdirSync(folder)
  const repository = join(folder, 'repo')
  restic(repository, 'init', ...init)
  const { chunker_polynomial: polynomial } = JSON.parse(restic(repository, 'cat', 'config'))
  const source = join(folder, 'source')
  makeSource(source)
  if (large) makeLarge(source, String(polynomial))
  const backUp = (...more: string[]) => restic(repository, ...options, 'backup', source, ...more)
  backUp('--tag', 'one,two', '--host', 'alpha', '--time', '2001-02-03 04:05:06')
  writeFileSync(join(source, 'changed'), 'after')
  rmSync(join(source, 'many', '3'))
  backUp('--host', 'beta', '--exclude', '*.tmp', '--exclude', 'nothing <here>')
  backUp('--tag', 'grüße 😀', '--host', 'alpha')
  restic(repository, 'tag', '--add', 'later', '--host', 'beta')
  for (const [user, word] of [
    ['ada', 'second password'],
    ['gräce', 'pässword 😀'],
  ] as const) {
    writeFileSync(join(folder, 'password'), word)
    const file = join(folder, 'password')
    restic(repository, 'key', 'add', '--new-password-file', file, '--user', user, '--host', 'elsewhere')
  }
  restic(repository, 'check', '--read-data')
  const manifest = {
    restic: execFileSync('restic', ['version'], { encoding: 'utf8' }).trim(),
    passwords: [password, 'second password', 'pässword 😀'],
    config: JSON.parse(restic(repository, 'cat', 'config')),
    keys: JSON.parse(restic(repository, 'key', 'list', '--json')).map(keyFields),
    blobs: restic(repository, 'list', 'blobs').trim().split('\n').toSorted(),
    snapshots: JSON.parse(restic(repository, 'snapshots', '--json')).map((snapshot: { id: string }) => ({
      snapshot,
      nodes: jsonLines(restic(repository, 'ls', '--json', snapshot.id)).slice(1),
      restored: restored(repository, snapshot.id, join(folder, snapshot.id), source),
    })),
  }
  writeFileSync(join(out, `${name}.json.gz`), gzipSync(JSON.stringify(manifest)))
  execFileSync('tar', ['-czf', join(out, `${name}.tar.gz`), '--owner=0', '--group=0', '-C', folder, 'repo'])
}

function keyFields({ id, userName, hostName, created }: Record<string, unknown>) {
  return { id, userName, hostName, created }
}

/** Paths in hex with what is there after a restore. */
function restored(repository: string, snapshot: string, target: string, source: string) {
  restic(repository, 'restore', snapshot, '--target', target)
  const found: { path: string; sha256?: string; target?: string }[] = []
  const walk = (folder: Buffer, path: Buffer) => {
    for (const entry of readdirSync(folder, { encoding: 'buffer' }).sort((a, b) => Buffer.compare(a, b))) {
      const place = Buffer.concat([folder, Buffer.from('/'), entry])
      const inside = Buffer.concat([path, Buffer.from('/'), entry])
      const hex = inside.toString('hex')
      const state = lstatSync(place)
      if (state.isDirectory()) walk(place, inside)
      else if (state.isSymbolicLink()) {
        found.push({ path: hex, target: readlinkSync(place, { encoding: 'buffer' }).toString('hex') })
      } else if (state.isFile()) {
        found.push({ path: hex, sha256: createHash('sha256').update(readFileSync(place)).digest('hex') })
      }
    }
  }
  walk(Buffer.from(join(target, source)), Buffer.from(''))
  return found
}

function makeSource(folder: string): void {
  mkdirSync(folder)
  const names = Buffer.from(`${folder}/names/`)
  mkdirSync(names)
  for (const [position, name] of evilNames.entries()) {
    const path = Buffer.concat([names, name])
    if (position % 6 === 5) mkdirSync(path)
    else writeFileSync(path, `content of name ${position}`)
  }
  // A name that looks like the quoted form of another one.
  writeFileSync(Buffer.concat([names, Buffer.from('a\xff', 'latin1')]), 'one byte that is no UTF-8')
  writeFileSync(Buffer.concat([names, Buffer.from(String.raw`a\xff`)]), 'a backslash and three letters')
  mkdirSync(join(folder, 'many'))
  for (let file = 0; file < 40; file++) writeFileSync(join(folder, 'many', `${file}`), `number ${file % 10}`)
  mkdirSync(join(folder, 'empty directory'))
  writeFileSync(join(folder, 'empty file'), '')
  writeFileSync(join(folder, 'changed'), 'before')
  makeLinks(folder)
  makeSpecial(folder)
  makeTimes(folder)
}

function makeLarge(folder: string, polynomial: string): void {
  writeFileSync(join(folder, 'largest chunk'), Buffer.alloc(8 * 1024 * 1024 + 5, '-'))
  // The fingerprint of zeros is zero: chunks of the smallest size.
  writeFileSync(join(folder, 'smallest chunks'), Buffer.alloc(1024 * 1024 + 1))
  writeFileSync(join(folder, 'cut by content'), cutByContent(polynomial))
}

/** Compresses to almost nothing, and yet restic cuts it by its content: dashes with windows in them that end a chunk. */
function cutByContent(polynomial: string): Buffer {
  const tables = chunkerTables(parsePolynomial(polynomial))
  const before = Buffer.alloc(smallestChunk + 1000, '-')
  for (let seed = 0; ; seed++) {
    const noise = createHash('shake256', { outputLength: 50_000 }).update(String(seed)).digest()
    const cut = createChunker(tables).nextCut(Buffer.concat([before, noise]), 0)
    if (cut < before.length + 64) continue
    const window = noise.subarray(cut - before.length - 64, cut - before.length)
    return Buffer.concat([before, window, before, window, Buffer.from('the end')])
  }
}

function makeLinks(folder: string): void {
  const links = join(folder, 'links')
  mkdirSync(links)
  for (const [name, target] of [
    ['relative', '../changed'],
    ['dangling', '/no/such <place> & "none"'],
    ['control', 'back\bspace, form\ffeed, new\nline\u2028'],
  ] as const) {
    symlinkSync(target, join(links, name))
  }
  symlinkSync(Buffer.from([0x2f, 0xff, 0xfe, 0x2f, 0x78]), join(links, 'no UTF-8'))
  writeFileSync(join(links, 'first name'), 'one file with two names')
  linkSync(join(links, 'first name'), join(links, 'second name'))
}

function makeSpecial(folder: string): void {
  const special = join(folder, 'special')
  mkdirSync(special)
  execFileSync('mkfifo', [join(special, 'fifo')])
  execFileSync('mknod', [join(special, 'character device'), 'c', '1', '3'])
  execFileSync('mknod', [join(special, 'block device'), 'b', '7', '200'])
  for (const [name, mode] of [
    ['nothing allowed', 0o000],
    ['setuid', 0o4755],
    ['setgid', 0o2755],
    ['all', 0o7777],
  ] as const) {
    writeFileSync(join(special, name), name)
    chownSync(join(special, name), 4_000_000_000, 65_534)
    chmodSync(join(special, name), mode)
  }
  mkdirSync(join(special, 'sticky'))
  chmodSync(join(special, 'sticky'), 0o1777)
  writeFileSync(join(special, 'attributes'), 'with extended attributes')
  const script = `import os, sys
os.setxattr(sys.argv[1], 'user.binary', bytes(range(256)))
os.setxattr(sys.argv[1], 'user.empty', b'')`
  execFileSync('python3', ['-c', script, join(special, 'attributes')])
}

function makeTimes(folder: string): void {
  const times = join(folder, 'times')
  mkdirSync(times)
  for (const time of [
    '1901-12-14T00:00:00.5Z',
    '1970-01-01T00:00:00Z',
    '2001-02-03T04:05:06.123456789Z',
    '2400-02-29T23:59:59Z',
  ]) {
    writeFileSync(join(times, time), time)
    execFileSync('touch', ['-d', time, join(times, time)])
  }
  symlinkSync('nowhere', join(times, 'link'))
  lutimesSync(join(times, 'link'), 1_000_000_000, 1_000_000_000)
  utimesSync(times, 0, 0)
}
