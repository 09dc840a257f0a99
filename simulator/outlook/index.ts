/** Calendars, contacts and To Do of the simulated mailboxes, behind the same door and limits of Exchange as their mail. */
export type { OutlookControl } from './control.ts'
export { registerOutlook } from './register-outlook.ts'
