import { GraphError } from '../graph/errors.ts'
import type { Tenant } from '../tenant/index.ts'
import { itemNotFound } from './failures.ts'
import type { Folder, Mailbox, Message } from './mailbox.ts'
import { isWithin, wellKnownFolder } from './mailbox.ts'
import type { PostOffice } from './post-office.ts'
import type { Throttle } from './throttle.ts'

/** What all mail routes share. */
export type House = {
  readonly tenant: Tenant
  readonly office: PostOffice
  readonly throttle: Throttle
  readonly behaviour: Behaviour
  /** Mailboxes (by user id) that answer everything with an error. */
  readonly failing: Map<string, { readonly status: number; readonly code: string; readonly message: string }>
  /** Milliseconds by which every answer of a mailbox is late. */
  /** What tests changed of a mailbox's settings, by user. */
  readonly settings: Map<string, Readonly<Record<string, unknown>>>
  readonly delays: Map<string, number>
  readonly uploads: Map<string, UploadSession>
}

/** Habits of the service that tests switch on. */
export type Behaviour = {
  /** Every second delta page is empty. */
  emptyPages: boolean
  /** The first item of a delta page repeats the last of the page before. */
  duplicates: boolean
  /** A delta round starts a little before the place where the last one ended. */
  replay: boolean
  /** Items of a delta page in reverse order. */
  shuffle: boolean
  /** A delta page has at most so many entries, whatever was asked for. */
  largestPage: number
  /** What an expired token is answered with: the status and the code. */
  resync: string
  mimeUnstable: boolean
  /** From then on the content of sent and received mails is sealed; milliseconds since 1970. */
  sealedFrom: number
  /** Whether mails that are no drafts take new attachments after that date. */
  attachmentsOnSealed: boolean
}

/** An attachment that comes in pieces. */
export type UploadSession = {
  readonly size: number
  readonly chunks: Buffer[]
  received: number
  readonly expires: number
  /** Whether what it belongs to is there yet. */
  readonly isThere: () => boolean
  /** Takes the whole over and gives the address of the attachment. */
  readonly finish: (bytes: Buffer) => Promise<string> | string
}

/** Throws 400 for what no item's id looks like. */
export const checkId = (id: string): void => {
  if (!/^AA[A-Za-z0-9_=-]{40,}$/.test(id))
    throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')
}

/** A folder by id or well-known name. */
export const folderOf = (mailbox: Mailbox, name: string): Folder => {
  const wellKnown = wellKnownFolder(mailbox, name.toLowerCase())
  if (wellKnown) return wellKnown
  checkId(name)
  const folder = mailbox.folders.get(name)
  if (!folder) throw itemNotFound()
  return folder
}

/** A message by the kind of id that the request's preference names; the other kind is not found. */
export const messageOf = (mailbox: Mailbox, id: string, immutableIds: boolean, folder?: Folder): Message => {
  checkId(id)
  const message = immutableIds ? mailbox.messages.get(id) : mailbox.byOrdinaryId.get(id)
  if (!message || (folder && message.folder !== folder)) throw itemNotFound()
  return message
}

/** Whether the content of a message may no longer be changed by this caller. */
export const isSealed = (house: House, message: Message, roles: readonly string[]): boolean =>
  !message.isDraft &&
  house.tenant.clock.now() >= house.behaviour.sealedFrom &&
  !roles.some((role) => role.startsWith('Mail-Advanced.ReadWrite'))

/** Nobody may put anything into Recoverable Items; what is deleted gets there. */
export const refuseRecoverable = (mailbox: Mailbox, folder: Folder): void => {
  const top = wellKnownFolder(mailbox, 'recoverableitemsroot')
  if (top && isWithin(folder, top))
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
}
