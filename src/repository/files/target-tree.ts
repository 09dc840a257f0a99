/**
 * Which places of a disk stand where in a snapshot: a path keeps its components, as restic keeps them (`/a/b` stands at `/a/b`, a
 * relative `a/b` too, `..` falls away, of `.` the content stands at the top). Source: restic internal/archiver/tree.go.
 */
import { readdirSync } from 'node:fs'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { fail } from '../errors.ts'
import { joinPath, pathBytes, type RawPath, rawPath } from './raw-path.ts'

/** A directory above what is saved, or a place of the disk that is saved whole. */
export type Target =
  | Upper
  | {
      readonly kind: 'saved'
      readonly path: RawPath
      readonly origin: string
      /** It was named itself, so patterns of what is left out do not apply to it. */
      readonly named: boolean
    }

export interface Upper {
  readonly kind: 'upper'
  /** Where its times and mode come from; the root has none. */
  readonly path: RawPath | undefined
  readonly children: Map<RawPath, Target>
  /** The folder that its first component is in: equal names in different folders are different. */
  readonly origin: string
}

/** Errors: `STO_SOURCES_COLLIDE`, and those of the operating system for `.`, `..` and `/`, whose names are read. */
export function targetTree(paths: readonly string[]): Upper {
  const root: Upper = { kind: 'upper', path: undefined, children: new Map(), origin: '' }
  for (const path of new Set(paths.map((one) => withoutEnd(normalize(one))))) {
    const components = componentsOf(path)
    if (components.length > 0) add(root, path, components)
    else
      for (const name of namesIn(path)) {
        if (root.children.has(name)) throw fail('STO_SOURCES_COLLIDE', { path })
        root.children.set(name, {
          kind: 'saved',
          path: joinPath(rawPath(path), name),
          origin: path,
          named: false,
        })
      }
  }
  return root
}

function add(root: Upper, path: string, components: readonly string[]): void {
  const origin = originOf(path)
  const [first = ''] = components
  let name = first
  // Directories of one name in different folders: restic numbers them.
  for (let number = 1; (root.children.get(rawPath(name))?.origin ?? origin) !== origin; number++)
    name = `${first}-${number}`
  let place = root
  let onDisk = rawPath(origin)
  for (const [depth, component] of components.entries()) {
    onDisk = joinPath(onDisk, rawPath(component))
    const key = rawPath(depth === 0 ? name : component)
    const known = place.children.get(key)
    // What holds it is saved whole.
    if (known?.kind === 'saved') return
    if (depth === components.length - 1) {
      place.children.set(key, { kind: 'saved', path: rawPath(path), origin, named: true })
      return
    }
    const upper: Upper = known ?? { kind: 'upper', path: onDisk, children: new Map(), origin }
    place.children.set(key, upper)
    place = upper
  }
}

function componentsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== '' && part !== '.' && part !== '..')
}

/** The folder that the first component of a path is in. */
function originOf(path: string): string {
  if (isAbsolute(path)) return sep
  const up = path.split(sep).filter((part) => part === '..')
  return up.length === 0 ? '.' : join(...up)
}

function withoutEnd(path: string): string {
  return path.length > 1 && path.endsWith(sep) ? path.slice(0, -1) : path
}

function namesIn(path: string): RawPath[] {
  return readdirSync(pathBytes(rawPath(path)), { encoding: 'buffer' }).map((name) => name.toString('latin1'))
}
