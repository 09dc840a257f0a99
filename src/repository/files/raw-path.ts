/**
 * Names and paths of a disk as they are: bytes, which need not be UTF-8. Inside of this room they are texts with one character per
 * byte (latin1), which sort as restic sorts, cross threads cheaply and are never shown to anybody as they are.
 */
import { isUtf8 } from 'node:buffer'
import { quoteName } from '../format/go-quote.ts'
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

/** Go's `strconv.Quote` of bytes that are partly no UTF-8: each byte that belongs to no character as `\xff`. */
function quoteBytes(bytes: Buffer): string {
  let quoted = ''
  let from = 0
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    quoted += quoteName(bytes.toString('utf8', from, at))
    quoted += `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
    from = ++at
  }
  return quoted + quoteName(bytes.toString('utf8', from))
}

/** Bytes of the UTF-8 character at a position, or 0 when there is none. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return 1
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0
}
