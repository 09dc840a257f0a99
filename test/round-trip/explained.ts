/**
 * What is not as it was when everything has been deleted and restored, and why: Microsoft lets nobody set it, or setting it would do harm. Each
 * entry is applied to what the tenant holds before anything is restored; a difference that none foretold fails the round trip.
 */
import type { Workload } from '../contract/contract-lab.ts'
import type { Fields } from '../contract/tenant-state.ts'
import type { Thing } from './whole-tenant.ts'

export interface Explanation {
  readonly workload: Workload
  /** Of which things; items where it is left out. */
  readonly kind?: 'item' | 'folder' | 'empty folder'
  /** Of one file of the corpus alone. */
  readonly corpus?: string
  readonly when?: (facts: Fields, thing: Thing) => boolean
  readonly facts: readonly string[]
  /** What they become, where that is certain. */
  readonly becomes?: (facts: Fields, fact: string) => unknown
  readonly why: string
}

const newIds = 'Microsoft gives every item that is created an id, an address and a version of its own'
const newDates = 'when an item was created and changed is kept by Exchange alone'
const empty = 'a restore puts items back, and folders for them: what holds none is not made anew'

const hadAttendees = ({ attendees }: Fields) => (attendees as unknown[] | undefined)?.length !== 0
const nobodyIsWrittenTo =
  'Exchange writes to all attendees of an event that has any, so that it comes back without; who they were stands in its text and in a property'

export const explanations: readonly Explanation[] = [
  { workload: 'mail', facts: ['id', 'changeKey', '@odata.etag', 'webLink', 'parentFolderId'], why: newIds },
  { workload: 'mail', facts: ['createdDateTime', 'lastModifiedDateTime'], why: newDates },
  {
    workload: 'mail',
    facts: ['conversationId', 'conversationIndex'],
    why: 'Exchange puts mails into conversations itself',
  },
  { workload: 'mail', kind: 'empty folder', facts: ['presence'], why: empty },
  {
    workload: 'mail',
    when: ({ isDraft }) => isDraft === true,
    facts: ['receivedDateTime', 'sentDateTime'],
    why: 'a draft was neither sent nor received: Exchange gives it the time at which it was made',
  },

  {
    workload: 'calendar',
    facts: ['id', 'changeKey', '@odata.etag', 'webLink', 'iCalUId', 'parentFolderId'],
    why: newIds,
  },
  { workload: 'calendar', facts: ['createdDateTime', 'lastModifiedDateTime'], why: newDates },
  {
    workload: 'calendar',
    when: hadAttendees,
    facts: ['attendees'],
    becomes: () => [],
    why: nobodyIsWrittenTo,
  },
  { workload: 'calendar', when: hadAttendees, facts: ['body', 'bodyPreview'], why: nobodyIsWrittenTo },
  {
    workload: 'calendar',
    facts: ['responseRequested'],
    becomes: () => false,
    why: 'of an event without attendees nobody has to answer',
  },
  {
    workload: 'calendar',
    facts: ['organizer'],
    why: 'whose calendar it is in has made the event that is there now',
  },
  { workload: 'calendar', facts: ['isOrganizer'], becomes: () => true, why: 'the same' },
  {
    workload: 'calendar',
    when: ({ isAllDay }) => isAllDay === true,
    facts: ['originalStartTimeZone', 'originalEndTimeZone'],
    becomes: () => 'UTC',
    why: 'days are the same days everywhere, and Graph gives those of an all-day event in UTC',
  },

  { workload: 'contacts', facts: ['id', 'changeKey', '@odata.etag', 'parentFolderId'], why: newIds },
  { workload: 'contacts', facts: ['createdDateTime', 'lastModifiedDateTime'], why: newDates },

  { workload: 'todo', facts: ['id', '@odata.etag'], why: newIds },
  {
    workload: 'todo',
    facts: ['createdDateTime', 'lastModifiedDateTime', 'bodyLastModifiedDateTime'],
    why: newDates,
  },

  { workload: 'drive', facts: ['id'], why: newIds },
  {
    workload: 'drive',
    facts: ['permissions'],
    becomes: () => 0,
    why: 'who may see a file is given anew on request alone: it may have been taken from somebody since',
  },
  {
    workload: 'drive',
    kind: 'folder',
    facts: ['permissions'],
    becomes: () => 0,
    why: 'the same',
  },

  {
    workload: 'drive',
    when: (_facts, { owner, place }) =>
      owner.startsWith('b!') && /\.(?:docx|pptx|xlsx)$/.test(place.at(-1) ?? ''),
    facts: ['size', 'sha256'],
    why: 'SharePoint writes properties of the library into Office files; the restore compared their parts',
  },

  ...Object.entries({
    'own/hostile/alternative.eml': ['body'],
    'own/plain/unknown-charset.eml': ['body', 'bodyPreview'],
    'attachment_with_encoded_name.eml': ['attachments'],
    'raw_email8.eml': ['attachments'],
    'content_transfer_encoding_empty.eml': ['body', 'bodyPreview'],
  }).map(([corpus, facts]) => ({
    workload: 'mail' as const,
    corpus,
    facts,
    why: 'malformed MIME that two readers understand differently; the stored bytes are equal, and a download gives them',
  })),
  {
    workload: 'mail',
    corpus: 'attachment_with_quoted_filename.eml',
    facts: ['hasAttachments'],
    becomes: () => true,
    why: 'a part that says it is inline and has no Content-ID comes back as an attachment, since no text can show it',
  },
]
