/**
 * The folders of a mailbox: Exchange's well-known ones and, below the root, folders as people make them,
 * with the names that have broken backup products before.
 */

export type FolderPlan = {
  /** Unique in the mailbox; for a well-known folder its well-known name. */
  readonly key: string
  readonly name: string
  readonly parent: string
  readonly wellKnown: boolean
  readonly hidden: boolean
  /** Share of the generated mails, relative to the other folders. */
  readonly weight: number
}

const wellKnown = (key: string, name: string, weight: number, hidden = false, parent = 'msgfolderroot') => ({
  key,
  name,
  parent,
  wellKnown: true,
  hidden,
  weight,
})
const own = (key: string, name: string, weight = 2, parent = 'msgfolderroot', hidden = false) => ({
  key,
  name,
  parent,
  wellKnown: false,
  hidden,
  weight,
})

const standard: readonly FolderPlan[] = [
  wellKnown('inbox', 'Inbox', 45),
  wellKnown('sentitems', 'Sent Items', 18),
  wellKnown('drafts', 'Drafts', 2),
  wellKnown('deleteditems', 'Deleted Items', 5),
  wellKnown('junkemail', 'Junk Email', 3),
  wellKnown('archive', 'Archive', 7),
  wellKnown('outbox', 'Outbox', 0),
  wellKnown('conversationhistory', 'Conversation History', 0, true),
  wellKnown('recoverableitemsdeletions', 'Deletions', 0, true, 'recoverableitemsroot'),
  wellKnown('recoverableitemspurges', 'Purges', 0, true, 'recoverableitemsroot'),
  wellKnown('recoverableitemsversions', 'Versions', 0, true, 'recoverableitemsroot'),
  wellKnown('recoverableitemsdiscoveryholds', 'DiscoveryHolds', 0, true, 'recoverableitemsroot'),
  own('audits', 'Audits', 0, 'recoverableitemsroot', true),
  own('projects', 'Projects', 3),
  own('projects-2024', '2024', 3, 'projects'),
  own('projects-2024-q1', 'Q1/Q2', 2, 'projects-2024'),
  own('customers', 'Customers', 3, 'inbox'),
]

const odd: readonly FolderPlan[] = [
  own('launch', '🚀 Launch 👩‍🚀'),
  own('quotes', `O'Brien "& Söhne" <GmbH>`, 2, 'customers'),
  own('long', `${'A very long folder name that goes on '.repeat(7).trim()}`.slice(0, 255)),
  own('case-lower', 'invoices'),
  own('case-upper', 'Invoices'),
  own('backslash', 'C:\\temp\\..\\etc'),
  own('dots', '..', 1, 'projects'),
  own('device', 'CON', 1, 'projects'),
  own('trailing', 'trailing dot and space. ', 1, 'projects'),
  own('bidi', 'invoice\u202Egnp.exe', 1, 'customers'),
  own('percent', '%2e%2e%2fescape', 1, 'customers'),
  own('composed', 'Re\u0301sume\u0301', 1),
  own('composed-other', 'R\u00e9sum\u00e9', 1),
  own('inbox-namesake', 'Inbox', 1, 'archive'),
  own('empty', 'Empty folder', 0),
  own('hidden', 'Hidden by an add-in', 1, 'msgfolderroot', true),
]

/** Folders of the mailbox with this number, parents before children. Every third mailbox has the odd names. */
export const planFolders = (mailboxIndex: number): readonly FolderPlan[] =>
  mailboxIndex % 3 === 0 ? [...standard, ...odd] : standard
