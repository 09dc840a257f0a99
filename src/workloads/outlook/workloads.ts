/** Calendars, contacts and To Do as `jobs` and `catalog` see them. */
import {
  enumerateCalendars,
  enumerateEvents,
  isCalendarThere,
  readEventEntry,
} from '../calendar/calendars.ts'
import { fetchEvent } from '../calendar/fetch-event.ts'
import {
  enumerateContactFolders,
  enumerateContacts,
  isContactFolderThere,
  readContact,
} from '../contacts/contact-folders.ts'
import { fetchContact } from '../contacts/fetch-contact.ts'
import { fetchTask } from '../todo/fetch-task.ts'
import { enumerateTaskLists, enumerateTasks, isTaskListThere, readTaskEntry } from '../todo/task-lists.ts'
import type { OutlookWorkload } from './outlook-workload.ts'

export const calendarWorkload: OutlookWorkload = {
  top: 'calendar',
  key: 'event',
  ending: '.ics',
  collections: enumerateCalendars,
  isThere: isCalendarThere,
  items: (graph, user, calendar, _position, signal) => enumerateEvents(graph, user, calendar, signal),
  entry: readEventEntry,
  fetch: fetchEvent,
}

export const contactsWorkload: OutlookWorkload = {
  top: 'contacts',
  key: 'contact',
  ending: '.vcf',
  collections: enumerateContactFolders,
  isThere: isContactFolderThere,
  items: enumerateContacts,
  entry: readContact,
  fetch: fetchContact,
}

export const todoWorkload: OutlookWorkload = {
  top: 'todo',
  key: 'task',
  ending: '.ics',
  collections: enumerateTaskLists,
  isThere: isTaskListThere,
  items: enumerateTasks,
  entry: readTaskEntry,
  fetch: fetchTask,
}
