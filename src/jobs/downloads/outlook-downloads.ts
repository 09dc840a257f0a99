/** Events, contacts and tasks out of the backups into a person's hands: lists, one with all there is to see, its file. Reads only. */
import { Readable } from 'node:stream'
import {
  findOutlookItem,
  listOutlookItems,
  type OutlookRow,
  type StoredItem,
  searchOutlookItems,
} from '../../catalog/index.ts'
import type {
  OutlookItemDetailView,
  OutlookItemQuery,
  OutlookItemView,
  OutlookSearchQuery,
  Page,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import {
  type OpenedAttachment,
  occurrenceWith,
  openStoredItem,
  outlookDetail,
  outlookLinks,
  outlookSummary,
  outlookText,
  previewOpened,
} from '../../workloads/index.ts'
import { fail } from '../restores/errors.ts'
import type { RestoreRepositories } from '../restores/ports.ts'
import { contentOf, storedBytes } from '../restores/stored-content.ts'
import { type AttachmentDownload, attachmentDownload } from './attachment-download.ts'
import { pictureType } from './file-preview.ts'

export interface OutlookDownloads {
  /** Errors: `CAT_MAILBOX_UNKNOWN`, `CAT_RESTORE_POINT_UNKNOWN`, `CAT_BAD_CURSOR`. */
  list(mailboxId: string, query: OutlookItemQuery): Promise<Page<OutlookItemView>>
  /** `only` those mailboxes, where it is not null. */
  search(
    organizationId: string,
    query: OutlookSearchQuery,
    only: readonly string[] | null,
  ): Promise<Page<OutlookItemView>>
  /** Errors of all from here on: `CAT_ITEM_UNKNOWN`, and those of reading the repository. `signal`: nobody waits for it any more. */
  detail(itemId: string, signal?: AbortSignal): Promise<OutlookItemDetailView>
  /** The text as a page that can do nothing. */
  preview(itemId: string, signal?: AbortSignal): Promise<string>
  /** Errors: `JOB_ATTACHMENT_UNKNOWN`. */
  attachment(itemId: string, index: number, signal?: AbortSignal): Promise<AttachmentDownload>
  /** Pixels. Errors: `JOB_PREVIEW_IMPOSSIBLE`. */
  photo(
    itemId: string,
    signal?: AbortSignal,
  ): Promise<{ readonly contentType: string; readonly bytes: Buffer }>
  /** The file as it is stored, or Graph's JSON of it. */
  open(itemId: string, format: 'file' | 'json', signal?: AbortSignal): Promise<OutlookContent>
}

export interface OutlookContent {
  readonly name: string
  readonly contentType: string
  readonly size: number
  readonly content: Readable | Buffer
}

export function createOutlookDownloads(options: {
  readonly db: Database
  readonly repositories: RestoreRepositories
}): OutlookDownloads {
  const { db, repositories } = options

  async function fileOf(stored: StoredItem, signal: AbortSignal | undefined) {
    return openStoredItem(storedBytes(await repositories.open(stored.organizationId), stored, signal))
  }

  /** The item as its file has it. */
  async function opened(itemId: string, signal: AbortSignal | undefined) {
    const { stored, row } = await findOutlookItem(db, itemId)
    const { json, attachments, photo } = await fileOf(stored, signal)
    return {
      row,
      json,
      attachments: attachments.map((one): OpenedAttachment & { readonly occurrence: string | null } => {
        const { name, contentType, isInline, contentId } = one.json
        return {
          name: typeof name === 'string' && name.trim() !== '' ? name : 'attachment',
          contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
          contentId: typeof contentId === 'string' ? contentId.replace(/^<|>$/g, '') || null : null,
          inline: isInline === true,
          content: one.content,
          occurrence: occurrenceWith(json, one.id),
        }
      }),
      photo: row.workload === 'contacts' ? photo?.bytes : undefined,
    }
  }

  const previewOf = async ({ row, json, attachments }: Awaited<ReturnType<typeof opened>>) => {
    const { html, text } = outlookText(row.workload, json)
    const { page, removed } = await previewOpened({
      html,
      text,
      longText: null,
      attachments,
      unreadable: false,
    })
    return { hasText: Boolean(html?.trim() || text?.trim()), page, removed: [...removed] }
  }

  return {
    async list(mailboxId, query) {
      const { items, nextCursor } = await listOutlookItems(db, mailboxId, query)
      return { items: items.map(viewOf), nextCursor }
    },
    async search(organizationId, query, only) {
      const { items, nextCursor } = await searchOutlookItems(db, organizationId, query, only)
      return { items: items.map(viewOf), nextCursor }
    },
    async detail(itemId, signal) {
      const item = await opened(itemId, signal)
      const { row, json, attachments, photo } = item
      const { hasText, removed } = await previewOf(item)
      return {
        item: { ...viewOf(row), ...outlookSummary(row.workload, json) },
        ...outlookDetail(row.workload, json, photo !== undefined && pictureType(photo) !== null),
        attachments: attachments.map(({ name, contentType, content, inline, occurrence }, index) => ({
          index,
          name,
          contentType,
          size: content.size,
          inline,
          occurrence,
        })),
        links: outlookLinks(json),
        hasText,
        removed,
      }
    },
    async preview(itemId, signal) {
      return (await previewOf(await opened(itemId, signal))).page
    },
    async attachment(itemId, index, signal) {
      const attachment = (await opened(itemId, signal)).attachments[index]
      if (!attachment) throw fail('JOB_ATTACHMENT_UNKNOWN', { index })
      return attachmentDownload(attachment)
    },
    async photo(itemId, signal) {
      const { row, photo } = await opened(itemId, signal)
      const contentType = photo === undefined ? null : pictureType(photo)
      if (photo === undefined || contentType === null)
        throw fail('JOB_PREVIEW_IMPOSSIBLE', { name: row.title })
      return { contentType, bytes: photo }
    },
    async open(itemId, format, signal) {
      const { stored, row } = await findOutlookItem(db, itemId)
      const { fileName } = stored
      if (format === 'json') {
        const bytes = Buffer.from(`${JSON.stringify((await fileOf(stored, signal)).json, null, 2)}\n`)
        const name = fileName.replace(/\.(ics|vcf)$/, '.json')
        return { name, contentType: 'application/json', size: bytes.length, content: bytes }
      }
      const repository = await repositories.open(stored.organizationId)
      return {
        name: fileName,
        contentType: `text/${row.workload === 'contacts' ? 'vcard' : 'calendar'}; charset=utf-8`,
        size: row.size,
        content: Readable.from(contentOf(repository, stored)),
      }
    },
  }
}

function viewOf({ metadata, ...row }: OutlookRow): OutlookItemView {
  return { ...row, ...outlookSummary(row.workload, metadata) }
}
