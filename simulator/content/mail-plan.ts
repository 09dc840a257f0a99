import { type AttachmentPlan, planFile, planInlineImage, planMessage } from './attachment-plan.ts'
import type { FolderPlan } from './folder-plan.ts'
import { type Random, seededRandom } from './random.ts'
import { foreignTexts, paragraph, phrase, sentence, stranger } from './words.ts'

/**
 * One generated mail as a description. It follows from (seed, mailbox, number) alone, so nothing of it has to be
 * kept: the JSON fields and the MIME bytes are both made from the same plan, whenever they are asked for.
 */

export type Person = { readonly name: string; readonly address: string }

/** What of a mail is no part of its content: where it lies, its times, its marks. */
export type MailState = {
  readonly folder: string
  /** Milliseconds since 1970, whole seconds. */
  readonly sentAt: number
  readonly receivedAt: number
  readonly isRead: boolean
  readonly isDraft: boolean
  readonly importance: 'low' | 'normal' | 'high'
  readonly flag: 'notFlagged' | 'flagged' | 'complete'
  readonly categories: readonly string[]
}

export type MailPlan = MailState & {
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references: readonly string[]
  /** The same for all mails of a conversation. */
  readonly thread: string
  readonly subject: string
  readonly from: Person
  readonly to: readonly Person[]
  readonly cc: readonly Person[]
  readonly bcc: readonly Person[]
  readonly replyTo: readonly Person[]
  readonly charset: string
  readonly text: string
  readonly html?: string
  readonly attachments: readonly AttachmentPlan[]
}

/** What the mails of one mailbox depend on. */
export type MailboxScene = {
  readonly seed: string
  readonly mailboxIndex: number
  readonly owner: Person
  readonly colleagues: readonly Person[]
  readonly folders: readonly FolderPlan[]
  /** How many mails are generated for this mailbox. */
  readonly count: number
}

const firstDay = Date.UTC(2019, 0, 7)
const lastDay = Date.UTC(2026, 9, 30)
const categories = ['Red category', 'Blue category', 'Kunden / Müller', '重要'] as const

const label = (scene: MailboxScene, index: number, purpose: string): string =>
  `${scene.seed}/${scene.mailboxIndex}/${index}/${purpose}`

const messageIdOf = (scene: MailboxScene, index: number): string => {
  const random = seededRandom(label(scene, index, 'id'))
  const part = () => random.integer(0, 0xffffffff).toString(16).padStart(8, '0')
  return `<${part()}${part()}.${index}@${scene.owner.address.split('@')[1] ?? 'example.net'}>`
}

/** The mail that this one answers, if any: one of the few before it. */
const parentOf = (scene: MailboxScene, index: number): number | undefined => {
  const random = seededRandom(label(scene, index, 'parent'))
  if (index === 0 || !random.chance(0.45)) return undefined
  return Math.max(0, index - random.integer(1, 6))
}

const chainOf = (scene: MailboxScene, index: number): readonly number[] => {
  const chain: number[] = []
  for (let at = parentOf(scene, index); at !== undefined && chain.length < 12; at = parentOf(scene, at))
    chain.unshift(at)
  return chain
}

const subjectOf = (scene: MailboxScene, index: number): string => {
  const random = seededRandom(label(scene, index, 'subject'))
  const kind = random.integer(1, 40)
  if (kind === 1) return ''
  if (kind === 2) return phrase(random, 60)
  if (kind === 3) return `${phrase(random, 3)} 🎉 – ${random.pick(foreignTexts).sentence}`
  if (kind === 4) return random.pick(foreignTexts).sentence
  const text = phrase(random, random.integer(2, 7))
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

const pickFolder = (random: Random, folders: readonly FolderPlan[]): string => {
  let at = random.next() * folders.reduce((sum, folder) => sum + folder.weight, 0)
  for (const folder of folders) {
    at -= folder.weight
    if (at < 0) return folder.key
  }
  return 'inbox'
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const planAttachments = (scene: MailboxScene, index: number, html: boolean): readonly AttachmentPlan[] => {
  const random = seededRandom(label(scene, index, 'attachments'))
  const list: AttachmentPlan[] = []
  if (html && random.chance(0.1))
    list.push(planInlineImage(random, `image${index}.${scene.mailboxIndex}@inline`))
  if (scene.mailboxIndex < 3 && index === 3)
    list.push(planFile(random, label(scene, index, 'large'), random.integer(3_200_000, 7_900_000)))
  else if (random.chance(0.14))
    for (let count = random.integer(1, 3); count > 0; count--)
      list.push(planFile(random, label(scene, index, `file${count}`)))
  if (random.chance(0.03)) list.push(planMessage(random))
  return list
}

/** The state of generated mail number `index`: all that a mailbox has to keep of it, and cheap to find. */
export const planState = (scene: MailboxScene, index: number): MailState => {
  const random = seededRandom(label(scene, index, 'state'))
  const folder = pickFolder(random, scene.folders)
  const outgoing = folder === 'sentitems' || folder === 'drafts'
  // Mails delivered later have numbers beyond the count.
  const share = Math.min(1, (index + random.next() * 0.9) / Math.max(1, scene.count))
  const sentAt = Math.floor((firstDay + (lastDay - firstDay) * Math.sqrt(share)) / 1000) * 1000
  return {
    folder,
    sentAt,
    receivedAt: sentAt + (outgoing ? 0 : random.integer(1, 90) * 1000),
    isRead: outgoing || random.chance(0.75),
    isDraft: folder === 'drafts',
    importance: random.chance(0.06) ? 'high' : random.chance(0.03) ? 'low' : 'normal',
    flag: random.chance(0.05) ? 'flagged' : random.chance(0.03) ? 'complete' : 'notFlagged',
    categories: random.chance(0.1) ? categories.filter(() => random.chance(0.4)) : [],
  }
}

/** Describes generated mail number `index` of a mailbox. */
export const planMail = (scene: MailboxScene, index: number): MailPlan => {
  const state = planState(scene, index)
  const random = seededRandom(label(scene, index, 'mail'))
  const chain = chainOf(scene, index)
  const root = chain[0] ?? index
  const rootSubject = subjectOf(scene, root)
  const answered = chain.at(-1)
  const outgoing = state.folder === 'sentitems' || state.folder === 'drafts'
  const anybody = (): Person =>
    scene.colleagues.length > 0 && random.chance(0.5)
      ? (scene.colleagues[random.integer(0, scene.colleagues.length - 1)] ?? scene.owner)
      : stranger(random)
  const people = (low: number, high: number) => Array.from({ length: random.integer(low, high) }, anybody)
  const isHtml = random.chance(0.7)
  const foreign = random.chance(0.12) ? random.pick(foreignTexts) : undefined
  const paragraphs = Array.from({ length: random.integer(1, 5) }, () => paragraph(random))
  if (foreign) paragraphs.unshift(foreign.sentence)
  const attachments = planAttachments(scene, index, isHtml)
  const signature = `${sentence(random)}\n--\n${outgoing ? scene.owner.name : 'Kind regards'}`
  const charset = foreign?.charset ?? 'utf-8'
  return {
    ...state,
    messageId: messageIdOf(scene, index),
    ...(answered === undefined ? {} : { inReplyTo: messageIdOf(scene, answered) }),
    references: chain.map((at) => messageIdOf(scene, at)),
    thread: label(scene, root, 'thread'),
    subject: answered === undefined ? rootSubject : `${random.chance(0.8) ? 'Re' : 'AW'}: ${rootSubject}`,
    from: outgoing ? scene.owner : anybody(),
    to: outgoing ? people(1, 4) : [scene.owner, ...people(0, 2)],
    cc: random.chance(0.2) ? people(1, 3) : [],
    bcc: outgoing && random.chance(0.1) ? people(1, 1) : [],
    replyTo: !outgoing && random.chance(0.05) ? people(1, 1) : [],
    charset,
    text: `${paragraphs.join('\n\n')}\n\n${charset === 'utf-8' ? signature : 'Regards'}\n`,
    ...(isHtml ? { html: htmlOf(paragraphs, charset, attachments) } : {}),
    attachments,
  }
}

const htmlOf = (
  paragraphs: readonly string[],
  charset: string,
  attachments: readonly AttachmentPlan[],
): string => {
  const text = paragraphs.map((one) => `<p>${escapeHtml(one)}</p>`).join('\n')
  const images = attachments
    .filter((attachment) => attachment.isInline)
    .map((image) => `<img src="cid:${image.contentId}" alt="">`)
    .join('')
  const meta = `<meta http-equiv="Content-Type" content="text/html; charset=${charset}">`
  return `<html><head>${meta}</head><body>${text}${images}</body></html>\n`
}
