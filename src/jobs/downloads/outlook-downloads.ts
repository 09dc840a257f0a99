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
import { sanitizeName } from '../../repository/index.ts'
import {
  type MailAttachment,
  occurrenceWith,
  outlookDetail,
  outlookLinks,
  outlookSummary,
  outlookText,
  previewMail,
  readContactPhoto,
  readStoredItem,
} from '../../workloads/index.ts'
import { fail } from '../restores/errors.ts'
import type { RestoreRepositories } from '../restores/ports.ts'
import { contentOf, wholeContentOf } from '../restores/stored-content.ts'
import { largestPreview } from './download-service.ts'
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
  /** Errors of all from here on: `CAT_ITEM_UNKNOWN`, and those of reading the repository. */
  detail(itemId: string): Promise<OutlookItemDetailView>
  /** The text as a page that can do nothing. */
  preview(itemId: string): Promise<string>
  /** Its name is safe on any disk. Errors: `JOB_ATTACHMENT_UNKNOWN`. */
  attachment(itemId: string, index: number): Promise<MailAttachment>
  /** Pixels. Errors: `JOB_PREVIEW_IMPOSSIBLE`. */
  photo(itemId: string): Promise<{ readonly contentType: string; readonly bytes: Buffer }>
  /** The file as it is stored, or Graph's JSON of it. */
  open(itemId: string, format: 'file' | 'json'): Promise<OutlookContent>
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

  async function read(stored: StoredItem): Promise<Buffer> {
    const repository = await repositories.open(stored.organizationId)
    return wholeContentOf(repository, stored)
  }

  /** The item as its file has it; what is too large to be taken apart, as the catalog knows it. */
  async function opened(itemId: string) {
    const { stored, row } = await findOutlookItem(db, itemId)
    if (row.size > largestPreview)
      return { row, json: row.metadata, attachments: [], photo: undefined, isWhole: false }
    const file = await read(stored)
    const { json, attachments } = readStoredItem(file)
    return {
      row,
      json,
      attachments: attachments.map((one): MailAttachment & { readonly occurrence: string | null } => {
        const { name, contentType, isInline, contentId } = one.json
        return {
          name: typeof name === 'string' && name.trim() !== '' ? name : 'attachment',
          contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
          contentId: typeof contentId === 'string' ? contentId.replace(/^<|>$/g, '') || null : null,
          inline: isInline === true,
          bytes: one.bytes,
          occurrence: occurrenceWith(json, one.id),
        }
      }),
      photo: row.workload === 'contacts' ? readContactPhoto(file) : undefined,
      isWhole: true,
    }
  }

  const previewOf = ({ row, json, attachments, isWhole }: Awaited<ReturnType<typeof opened>>) => {
    const { html, text } = outlookText(row.workload, json)
    const { page, removed } = previewMail({ html, text, attachments, unreadable: false })
    return {
      hasText: Boolean(html?.trim() || text?.trim()),
      page,
      removed: isWhole ? [...removed] : ['the text and attachments: this item is very large, download it'],
    }
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
    async detail(itemId) {
      const item = await opened(itemId)
      const { row, json, attachments, photo } = item
      const { hasText, removed } = previewOf(item)
      return {
        item: { ...viewOf(row), ...outlookSummary(row.workload, json) },
        ...outlookDetail(row.workload, json, photo !== undefined && pictureType(photo) !== null),
        attachments: attachments.map(({ name, contentType, bytes, inline, occurrence }, index) => ({
          index,
          name,
          contentType,
          size: bytes.length,
          inline,
          occurrence,
        })),
        links: outlookLinks(json),
        hasText,
        removed,
      }
    },
    async preview(itemId) {
      return previewOf(await opened(itemId)).page
    },
    async attachment(itemId, index) {
      const attachment = (await opened(itemId)).attachments[index]
      if (!attachment) throw fail('JOB_ATTACHMENT_UNKNOWN', { index })
      return { ...attachment, name: sanitizeName(attachment.name) }
    },
    async photo(itemId) {
      const { row, photo } = await opened(itemId)
      const contentType = photo === undefined ? null : pictureType(photo)
      if (photo === undefined || contentType === null)
        throw fail('JOB_PREVIEW_IMPOSSIBLE', { name: row.title })
      return { contentType, bytes: photo }
    },
    async open(itemId, format) {
      const { stored, row } = await findOutlookItem(db, itemId)
      const { fileName } = stored
      if (format === 'json') {
        const bytes = Buffer.from(`${JSON.stringify(readStoredItem(await read(stored)).json, null, 2)}\n`)
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
