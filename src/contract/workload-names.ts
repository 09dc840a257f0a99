/** What kinds of data are called, for everything that people read. */
import type { ResourceWorkload } from './run.ts'

export const workloadNames: Readonly<Record<ResourceWorkload, string>> = {
  mail: 'Mail',
  drive: 'OneDrive and SharePoint',
  calendar: 'Calendars',
  contacts: 'Contacts',
  todo: 'To Do',
}

/** What the coverage ledger names beside the workloads. */
const otherNames: Readonly<Record<string, string>> = {
  archive: 'Online archive',
  'hidden-folders': 'Hidden folders of mailboxes',
  'recoverable-items': 'Recoverable Items of mailboxes',
  conversations: 'Group conversations',
  teams: 'Teams',
  chats: 'Teams chats',
  planner: 'Planner plans and tasks',
  lists: 'SharePoint lists and pages',
  directory: 'Directory objects: users, groups, devices, applications',
}

/** Of a workload or of what no workload covers; the word itself where it is not known. */
export function dataName(data: string): string {
  return { ...workloadNames, ...otherNames }[data] ?? data
}
