/**
 * Attachments of a restored event or task. Up to 3 MB they are posted, above that they go through an upload session: at most 150 MB at an event, 25 MB at a task
 * (Microsoft Graph, "Attach large files to Outlook messages or events", "Attach files to a To Do task", 2026). Attached
 * mails, events and contacts come back as such where Graph takes them so, else as files. Links to files in the cloud cannot be made: v1.0 has no call for
 * them and tells no address ("referenceAttachment", 2026). What cannot be put back is said, and the item is restored without it.
 */
import { isAccessDenied, isMicrosoftError, isNotFound } from '../../../microsoft/index.ts'
import { beginningOf, type Content, wholeOf } from '../../content/content.ts'
import { type Json, textOf } from '../graph-json.ts'
import type { OpenedItemAttachment } from '../open-item.ts'
import { attachedItem } from './attached-item.ts'
import { type OutlookTarget, pick, send } from './target.ts'
import { uploadPieces } from './upload-pieces.ts'

export interface AttachmentRules {
  /** Type of a file as Graph calls it there. */
  readonly type: string
  /** Bytes. */
  readonly largest: number
  readonly limitText: string
  /** Name of the parameter with which a session is opened. */
  readonly parameter: 'AttachmentItem' | 'attachmentInfo'
  /** To Do's sessions lie in Graph itself and take our token. */
  readonly ownAddress: boolean
}

export const eventAttachments: AttachmentRules = {
  type: '#microsoft.graph.fileAttachment',
  largest: 150_000_000,
  limitText: '150 MB',
  parameter: 'AttachmentItem',
  ownAddress: true,
}

/** Microsoft's page on sessions of tasks gives no permission for applications (2026): where it is refused, that is said. */
export const taskAttachments: AttachmentRules = {
  type: '#microsoft.graph.taskFileAttachment',
  largest: 25_000_000,
  limitText: '25 MB',
  parameter: 'attachmentInfo',
  ownAddress: false,
}

const sessionFrom = 3 * 1024 * 1024

/**
 * Adds those of the attachments that are not there yet, by name.
 * @param path of the item
 * @param described all that the backup knows of, among them what has no bytes
 * @returns what could not be put back as it was, in sentences
 */
export async function addAttachments(
  target: OutlookTarget,
  path: string,
  rules: AttachmentRules,
  attachments: readonly OpenedItemAttachment[],
  described: readonly Json[] = [],
): Promise<string[]> {
  const notes = described.flatMap((one) =>
    kindOf(one) === 'reference'
      ? [
          `The attachment "${textOf(one['name'])}" is a link to a file in the cloud, which Microsoft Graph cannot make anew.`,
        ]
      : [],
  )
  if (attachments.length === 0) return notes
  const there = await namesThere(target, path)
  for (const { json, content } of attachments) {
    const name = await fileName(json, content)
    const { size } = content
    if (kindOf(json) === 'item') {
      if (there.has(textOf(json['name']))) continue
      if (await addItem(target, path, json)) continue
      notes.push(`The attached item "${textOf(json['name'])}" came back as the file "${name}".`)
    }
    if (there.has(name)) continue
    if (size > rules.largest) {
      notes.push(
        `The attachment "${name}" of ${size} bytes is larger than Microsoft takes here (${rules.limitText}). Download the item: its file holds the attachment.`,
      )
      continue
    }
    const about = { ...pick(json, ['contentType', 'isInline', 'contentId']), name }
    if (size < sessionFrom) {
      const contentBytes = (await wholeOf(content)).toString('base64')
      const body = { '@odata.type': rules.type, ...about, contentBytes }
      await send(target, 'POST', `${path}/attachments`, { body })
      continue
    }
    try {
      await upload(target, path, rules, { about, name, content })
    } catch (error) {
      if (target.signal?.aborted) throw error
      // The last answer was lost, and the session ended with it.
      if (isNotFound(error) && (await namesThere(target, path)).has(name)) continue
      if (rules.ownAddress || !isRefused(error)) throw error
      notes.push(
        `The attachment "${name}" of ${size} bytes could not be put back: Microsoft lets no application add files of 3 MB and more to tasks here. Download the item: its file holds the attachment.`,
      )
    }
  }
  return notes
}

/** False where Graph does not take it as an item. */
async function addItem(target: OutlookTarget, path: string, json: Json): Promise<boolean> {
  const body = attachedItem(json)
  if (body === undefined) return false
  try {
    await send(target, 'POST', `${path}/attachments`, { body })
    return true
  } catch (error) {
    if (target.signal?.aborted || !isRefused(error)) throw error
    return false
  }
}

async function upload(
  target: OutlookTarget,
  path: string,
  { parameter, ownAddress }: AttachmentRules,
  { about, name, content }: { readonly about: Json; readonly name: string; readonly content: Content },
): Promise<void> {
  const { uploadUrl } = await send<{ uploadUrl: string }>(
    target,
    'POST',
    `${path}/attachments/createUploadSession`,
    {
      body: {
        [parameter]: {
          attachmentType: 'file',
          name,
          size: content.size,
          ...(ownAddress ? pick(about, ['contentType', 'isInline', 'contentId']) : {}),
        },
      },
      // A session that nobody fills expires.
      idempotent: true,
    },
  )
  await uploadPieces(target.graph, {
    address: ownAddress ? uploadUrl : `${uploadUrl}/content`,
    standing: uploadUrl,
    anonymous: ownAddress,
    mailbox: target.userId,
    content,
    signal: target.signal,
  })
}

async function namesThere(target: OutlookTarget, path: string): Promise<Set<unknown>> {
  const { value } = await send<{ value: Json[] }>(target, 'GET', `${path}/attachments`, {
    query: { $top: 1000, $select: 'id,name' },
  })
  return new Set(value.map(({ name }) => name))
}

/** Of the permission or of what the cloud offers, as opposed to trouble on the way. */
function isRefused(error: unknown): boolean {
  if (isAccessDenied(error)) return true
  return isMicrosoftError(error) && [400, 404, 405, 501].includes(error.microsoft.httpStatus ?? 0)
}

function kindOf(json: Json): 'file' | 'item' | 'reference' {
  const type = textOf(json['@odata.type'])
  if (type.endsWith('.itemAttachment')) return 'item'
  return type.endsWith('.referenceAttachment') ? 'reference' : 'file'
}

/** An attached mail, event or contact is kept as the file that it is read as. */
async function fileName(json: Json, content: Content): Promise<string> {
  const name = textOf(json['name']) || 'attachment'
  if (kindOf(json) !== 'item') return name
  const begin = (await beginningOf(content, 40)).toString('latin1').trimStart().toUpperCase()
  const ending = begin.startsWith('BEGIN:VCALENDAR')
    ? '.ics'
    : begin.startsWith('BEGIN:VCARD')
      ? '.vcf'
      : '.eml'
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`
}
