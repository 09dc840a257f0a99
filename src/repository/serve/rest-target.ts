/**
 * What a request of restic's REST protocol is about. Only these paths exist; nothing of an address is ever decoded or joined to a path.
 * Source: restic doc/100_references.rst, “REST Backend”.
 */
import type { FileType } from '../backend.ts'

export type RestTarget =
  | { readonly kind: 'repository' }
  | { readonly kind: 'folder'; readonly type: Exclude<FileType, 'config'> }
  | { readonly kind: 'file'; readonly type: FileType; readonly name: string }

/** What clients may do. `read-only`: read, and put and take away locks, which restic needs for it. */
export type RestMode = 'read-only' | 'append-only' | 'full'

const pattern = /^\/(?:config|(data|index|keys|locks|snapshots)\/([0-9a-f]{64})?)?$/

/** `path` begins with a slash and is relative to the repository; undefined for what is not part of the protocol. */
export function readTarget(path: string): RestTarget | undefined {
  if (path === '/') return { kind: 'repository' }
  if (path === '/config') return { kind: 'file', type: 'config', name: 'config' }
  const [, type, name] = pattern.exec(path) ?? []
  if (!isFolder(type)) return undefined
  return name === undefined ? { kind: 'folder', type } : { kind: 'file', type, name }
}

/** The methods that the protocol has for a target. */
export function methodsOf(target: RestTarget): readonly string[] {
  if (target.kind === 'repository') return ['POST']
  return target.kind === 'folder' ? ['GET'] : ['GET', 'HEAD', 'POST', 'DELETE']
}

export function isAllowed(mode: RestMode, method: string, target: RestTarget): boolean {
  if (method === 'GET' || method === 'HEAD' || mode === 'full') return true
  if (target.kind === 'file' && target.type === 'locks') return true
  return mode === 'append-only' && method === 'POST'
}

function isFolder(type: string | undefined): type is Exclude<FileType, 'config'> {
  return type !== undefined
}
