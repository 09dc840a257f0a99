/**
 * Names and paths of a disk as they are: bytes, which need not be UTF-8. Inside of this room they are texts with one character per
 * byte (latin1), which sort as restic sorts, cross threads cheaply and are never shown to anybody as they are.
 */
import { isUtf8 } from 'node:buffer'
import { quoteBytes } from '../format/go-quote.ts'
import { nameBytes } from '../format/node-order.ts'
import type { TreeNode } from '../tree-node.ts'

export type RawPath = string

export function rawPath(text: string): RawPath {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** What Node's file functions take. */
export function pathBytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1')
}

/** For people: bytes that are no UTF-8 become U+FFFD. */
export function readablePath(path: RawPath): string {
  return isAscii(path) ? path : pathBytes(path).toString('utf8')
}

export function joinPath(folder: RawPath, name: RawPath): RawPath {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

/** The fields of a node that hold its name; the quoted form only where the name is no UTF-8. */
export function nodeName(name: RawPath): { readonly name: string; readonly quotedName?: string } {
  if (isAscii(name)) return { name }
  const bytes = pathBytes(name)
  const text = bytes.toString('utf8')
  return isUtf8(bytes) ? { name: text } : { name: text, quotedName: quoteBytes(bytes) }
}

/** The raw name of a node. */
export function nodeKey(node: TreeNode): RawPath {
  return node.quotedName === undefined && isAscii(node.name) ? node.name : nameBytes(node).toString('latin1')
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}
