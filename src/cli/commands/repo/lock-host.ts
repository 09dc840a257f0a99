import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * The name in our locks. Never the machine's name alone: restic judges locks with its own hostname by process ids, which mean nothing
 * in another container; so the name says in which namespace of process ids ours is valid.
 */
export function lockHost(): string {
  return `bdrcloud-cli.${processNamespace()}.${hostname()}`
}

function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}
