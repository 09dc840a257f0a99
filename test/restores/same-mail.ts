import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { differencesOf } from '../../scripts/demo/compare-mail.ts'
import type { MailItemView } from '../../src/contract/index.ts'
import type { ListedMail } from '../jobs/backup-lab.ts'
import type { RestoreLab, RestoreLife } from './restore-lab.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Microsoft's id of the mail of which an item is a version. */
export async function originalId(lab: RestoreLab, itemId: string): Promise<string> {
  const { db } = lab.database
  const row = await db
    .selectFrom('items')
    .select('external_id')
    .where('id', '=', itemId)
    .executeTakeFirstOrThrow()
  return row.external_id
}

/**
 * Compares the originals with their restored copies by Graph's JSON. Answers "name: what differs" for those that differ, but
 * for what is known to be read differently.
 */
export async function differences(
  lab: RestoreLab,
  life: RestoreLife,
  restoreId: string,
  items: readonly MailItemView[],
): Promise<string[]> {
  const results = new Map((await life.results(restoreId)).map((result) => [result.itemId, result]))
  const listed = new Map<string, ListedMail>()
  for (const mailbox of new Set(items.map((item) => item.userPrincipalName)))
    for (const mail of (await lab.truth(mailbox)).messages) listed.set(mail.id, mail)
  const found: string[] = []
  for (const item of items) {
    const id = await originalId(lab, item.id)
    const name = listed.get(id)?.corpus ?? item.subject
    const result = results.get(item.id)
    if (result?.messageId == null) {
      found.push(`${name}: ${result?.state} ${result?.reason}`)
      continue
    }
    const original = await lab.tenant.mail(item.userPrincipalName, id)
    const restored = await lab.tenant.mail(item.userPrincipalName, result.messageId)
    const differing = differencesOf(original, restored)
    if (differing.length > 0) found.push(`${name}: ${differing.join(', ')}`)
  }
  return found.filter((difference) => readDifferently[difference] === undefined).sort()
}

/** The bytes that a download of the mail gives. */
export async function emlOf(lab: RestoreLab, itemId: string): Promise<Buffer> {
  return buffer((await lab.downloads.eml(itemId)).content)
}

/**
 * Malformed mails that two readers of MIME understand differently, so that Exchange's JSON of the original is one reading
 * and the restored copy another. Nothing is lost: the stored bytes are equal, and a download gives them.
 */
export const readDifferently: Readonly<Record<string, string>> = {
  'attachment_with_encoded_name.eml: attachments': 'a byte in the name that its ISO-2022-JP does not have',
  'raw_email8.eml: attachments': 'a byte in the name that its ISO-2022-JP does not have',
  'content_transfer_encoding_empty.eml: body': 'bytes in the body that its Big5 does not have',
  'own/hostile/alternative.eml: body':
    'two HTML bodies one after the other: what stands between them is nobody’s',
}
