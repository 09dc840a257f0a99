/** Mails out of the backups into a person's hands: detail, preview, attachments, EML; of everything that is backed up, ZIP. Reads only. */
import { Readable } from 'node:stream'
import {
  findMail,
  type StoredItem,
  selectedItems,
  selectedWorkloads,
  storedItems,
} from '../../catalog/index.ts'
import type {
  ExportView,
  MailboxSettingsView,
  MailDetailView,
  ResourceWorkload,
  Selection,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { type OpenedMail, openMail, previewOpened, viewLimits } from '../../workloads/index.ts'
import { fail } from '../restores/errors.ts'
import type { RestoreRepositories } from '../restores/ports.ts'
import { contentOf, storedBytes } from '../restores/stored-content.ts'
import { type AttachmentDownload, attachmentDownload } from './attachment-download.ts'
import { zipOf } from './export-zip.ts'
import { oneFileOf } from './one-file.ts'
import { storedSettings } from './stored-settings.ts'

const exportMilliseconds = 15 * 60_000

export interface DownloadService {
  /** Errors of all: `CAT_ITEM_UNKNOWN`, and those of reading the repository. `signal`: nobody waits for it any more. */
  detail(itemId: string, signal?: AbortSignal): Promise<MailDetailView>
  preview(itemId: string, signal?: AbortSignal): Promise<string>
  attachment(itemId: string, index: number, signal?: AbortSignal): Promise<AttachmentDownload>
  eml(itemId: string): Promise<{ readonly name: string; readonly size: number; readonly content: Readable }>
  /** Settings, rules and categories of a mailbox at a restore point. Errors: `CAT_MAILBOX_UNKNOWN`, `CAT_RESTORE_POINT_UNKNOWN`. */
  settings(mailboxId: string, at?: number): Promise<MailboxSettingsView>
  createExport(organizationId: string, operatorId: string, selection: Selection): Promise<ExportView>
  /** An export of this operator as ZIP, or as one file. Errors: `JOB_EXPORT_UNKNOWN`, `JOB_EXPORT_NOT_ONE_FILE`. */
  openExport(
    exportId: string,
    operatorId: string,
    as?: 'zip' | 'file',
  ): Promise<{ readonly name: string; readonly contentType: string; readonly content: Readable }>
}

export function createDownloadService(options: {
  readonly db: Database
  readonly repositories: RestoreRepositories
  readonly clock: Clock
}): DownloadService {
  const { db, repositories, clock } = options

  async function opened(
    itemId: string,
    signal: AbortSignal | undefined,
  ): Promise<{ item: StoredItem; mail: OpenedMail }> {
    const item = await findMail(db, itemId)
    const repository = await repositories.open(item.organizationId)
    const mail = await openMail(storedBytes(repository, item, signal), viewLimits)
    // The original is offered as such.
    return { item, mail: mail.unreadable ? { ...mail, attachments: [] } : mail }
  }

  return {
    async detail(itemId, signal) {
      const { item, mail } = await opened(itemId, signal)
      return {
        item: item.view,
        ...item.people,
        internetMessageId: item.internetMessageId,
        attachments: mail.attachments.map(({ name, contentType, content, inline }, index) => ({
          index,
          name,
          contentType,
          size: content.size,
          inline,
        })),
        removed: [...(await previewOpened(mail)).removed],
      }
    },
    async preview(itemId, signal) {
      return (await previewOpened((await opened(itemId, signal)).mail)).page
    },
    async attachment(itemId, index, signal) {
      const attachment = (await opened(itemId, signal)).mail.attachments[index]
      if (!attachment) throw fail('JOB_ATTACHMENT_UNKNOWN', { index })
      return attachmentDownload(attachment)
    },
    async eml(itemId) {
      const item = await findMail(db, itemId)
      const repository = await repositories.open(item.organizationId)
      return {
        name: item.fileName,
        size: item.view.size,
        content: Readable.from(contentOf(repository, item)),
      }
    },
    settings: (mailboxId, at) => storedSettings(db, repositories, mailboxId, at),
    async createExport(organizationId, operatorId, selection) {
      let items = 0
      for await (const batch of selectedItems(db, organizationId, selection)) items += batch.length
      if (items === 0) throw fail('JOB_RESTORE_EMPTY')
      const expires = new Date(clock.now() + exportMilliseconds)
      await db.deleteFrom('exports').where('expires_at', '<', new Date(clock.now())).execute()
      const { id } = await db
        .insertInto('exports')
        .values({
          organization_id: organizationId,
          operator_id: operatorId,
          selection: JSON.stringify(selection),
          items,
          expires_at: expires,
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      return { id, items, address: `/api/v1/exports/${id}`, expiresAt: expires.toISOString() }
    },
    async openExport(exportId, operatorId, as = 'zip') {
      const row = await db
        .selectFrom('exports')
        .selectAll()
        .where('id', '=', exportId)
        .where('operator_id', '=', operatorId)
        .where('expires_at', '>', new Date(clock.now()))
        .executeTakeFirst()
      if (!row) throw fail('JOB_EXPORT_UNKNOWN')
      const selection = row.selection as Selection
      const repository = await repositories.open(row.organization_id)
      const [workload, ...others] = await selectedWorkloads(db, row.organization_id, selection)
      const noun = workload === undefined || others.length > 0 ? 'items' : nouns[workload]
      const name = `${noun}-${new Date(clock.now()).toISOString().slice(0, 10)}`
      if (as === 'file') {
        const file = await oneFileOf(db, repository, row.organization_id, selection, clock.now())
        const { ending, contentType } = file
        return { name: `${name}.${ending}`, contentType, content: Readable.from(file.content()) }
      }
      return {
        name: `${name}.zip`,
        contentType: 'application/zip',
        content: zipOf(repository, storedItems(db, row.organization_id, selection), new Date(clock.now())),
      }
    },
  }
}

/** What the file of an export is called. */
const nouns: Readonly<Record<ResourceWorkload, string>> = {
  mail: 'mails',
  drive: 'files',
  calendar: 'events',
  contacts: 'contacts',
  todo: 'tasks',
}
