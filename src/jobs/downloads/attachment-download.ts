import { Readable } from 'node:stream'
import { sanitizeName } from '../../repository/index.ts'
import type { OpenedAttachment } from '../../workloads/index.ts'

/** An attachment on its way to a person's disk. */
export interface AttachmentDownload {
  /** Safe on any disk. */
  readonly name: string
  readonly contentType: string
  readonly size: number
  /** Read from the repository while it is sent. */
  readonly content: Readable
}

export function attachmentDownload({ name, contentType, content }: OpenedAttachment): AttachmentDownload {
  return { name: sanitizeName(name), contentType, size: content.size, content: Readable.from(content.open()) }
}
