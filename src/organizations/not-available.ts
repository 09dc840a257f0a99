import type { NotAvailable, Workload } from '../contract/index.ts'
import { type Cloud, type Shortage, shortages } from '../microsoft/index.ts'

const names: Readonly<Record<Workload, string>> = {
  mail: 'Mail',
  files: 'OneDrive and SharePoint',
  calendar: 'Calendars',
  contacts: 'Contacts',
  todo: 'To Do',
}

/** In words. @param where whose Microsoft Graph it is: an organization's or a cloud's name */
function notAvailable({ workload, access, permissions }: Shortage, where: string): NotAvailable {
  const why = `Microsoft Graph of ${where} does not offer ${permissions.join(', ')}.`
  const reason =
    access === 'read'
      ? `${names[workload]} is not available here: ${why}`
      : `Restoring ${names[workload].toLowerCase()} is not available here: ${why} Backups are not affected.`
  return { workload, access, permissions: [...permissions], reason }
}

/** What is not available of the workloads, and why. */
export function whatIsNotAvailable(
  choice: {
    readonly cloud: Pick<Cloud, 'id'>
    readonly workloads: readonly Workload[]
    readonly notOffered?: readonly string[]
  },
  where: string,
): NotAvailable[] {
  return shortages(choice).map((shortage) => notAvailable(shortage, where))
}
