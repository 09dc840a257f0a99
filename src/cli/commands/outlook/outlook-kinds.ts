/** What `bdrcloud calendar`, `contact` and `task` differ in; all else is one implementation. */
import type { OutlookItemView, OutlookWorkloadName } from '../../../contract/index.ts'

export interface OutlookKind {
  readonly workload: OutlookWorkloadName
  /** Name of the command. */
  readonly command: 'calendar' | 'contact' | 'task'
  readonly description: string
  readonly noun: string
  readonly nouns: string
  readonly folder: string
  readonly ending: '.ics' | '.vcf'
  /** Columns of a list, but for where it is and the id. */
  readonly columns: readonly (readonly [header: string, cell: (item: OutlookItemView) => string | null])[]
}

const title = ({ title: text }: OutlookItemView) => text || '(untitled)'

export const outlookKinds: readonly OutlookKind[] = [
  {
    workload: 'calendar',
    command: 'calendar',
    description: 'events of calendars in the backups',
    noun: 'event',
    nouns: 'events',
    folder: 'calendar',
    ending: '.ics',
    columns: [
      [
        'START',
        ({ event }) => (event?.isAllDay ? (event.start?.slice(0, 10) ?? null) : (event?.start ?? null)),
      ],
      ['SUBJECT', title],
      ['ORGANIZER', ({ event }) => event?.organizer?.address || event?.organizer?.name || null],
      ['SERIES', ({ event }) => (event?.isSeries ? 'series' : null)],
    ],
  },
  {
    workload: 'contacts',
    command: 'contact',
    description: 'contacts in the backups',
    noun: 'contact',
    nouns: 'contacts',
    folder: 'contact folder',
    ending: '.vcf',
    columns: [
      ['NAME', title],
      ['COMPANY', ({ contact }) => contact?.company || null],
      ['EMAIL', ({ contact }) => contact?.email ?? null],
      ['PHONE', ({ contact }) => contact?.phone ?? null],
    ],
  },
  {
    workload: 'todo',
    command: 'task',
    description: 'tasks of Microsoft To Do in the backups',
    noun: 'task',
    nouns: 'tasks',
    folder: 'task list',
    ending: '.ics',
    columns: [
      ['TITLE', title],
      ['STATUS', ({ task }) => task?.status ?? null],
      ['DUE', ({ task }) => task?.due ?? null],
    ],
  },
]
