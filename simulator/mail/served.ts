import { createHash } from 'node:crypto'
import type { Message } from './mailbox.ts'

/** What `$value` gave out last for each message. With unstable MIME it is the only way to know which bytes a client got. */

const kept = new WeakMap<Message, readonly string[]>()
const longest = 8

export const noteServed = (message: Message, bytes: Buffer): void => {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const others = servedOf(message).filter((one) => one !== digest)
  kept.set(message, [...others, digest].slice(-longest))
}

/** SHA-256 of the answers, lowercase hex, oldest first, each once. */
export const servedOf = (message: Message): readonly string[] => kept.get(message) ?? []
