import type { Command } from 'commander'
import type { OutlookItemDetailView } from '../../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../../command.ts'
import { printJson, printTable } from '../../terminal.ts'
import type { OutlookKind } from './outlook-kinds.ts'

export function registerOutlookShow(parent: Command, { command, noun }: OutlookKind): void {
  withCommonOptions(parent.command('show'))
    .description(`all there is to see of one ${noun}`)
    .argument('<id>', `as 'bdrcloud ${command} list' and 'search' show it`)
    .action(async (id: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const view = await client.get<OutlookItemDetailView>(`/outlook-items/${id}`)
      if (options.json) return printJson(view)
      printTable(['WHAT', 'VALUE'], rowsOf(view))
    })
}

/** Only what is there; a line for each of several. */
function rowsOf({ item, event, contact, task, attachments, links }: OutlookItemDetailView): string[][] {
  const rows: [string, string | null | undefined][] = [
    ['title', item.title],
    ['user', item.userPrincipalName],
    ['in', item.folderPath],
    ['categories', item.categories.join(', ')],
  ]
  if (item.event && event)
    rows.push(
      ['start', item.event.isAllDay ? item.event.start?.slice(0, 10) : item.event.start],
      ['end', item.event.isAllDay ? item.event.end?.slice(0, 10) : item.event.end],
      ['time zone', event.timeZone],
      ['repeats', event.recurrence?.words],
      ['location', item.event.location],
      ['organizer', item.event.organizer && personText(item.event.organizer)],
      ...event.attendees.map((one) => ['attendee', `${personText(one)} (${one.answer})`] as [string, string]),
      ...event.exceptions.map(
        (one) =>
          ['changed', `${one.originalStart ?? '?'}: ${one.start ?? '?'} ${one.subject}`] as [string, string],
      ),
      ...event.cancelled.map((day) => ['cancelled', day] as [string, string]),
      ['online meeting', event.onlineMeeting],
    )
  if (item.contact && contact)
    rows.push(
      ...contact.names.map(({ name, value }) => [name, value] as [string, string]),
      ['company', item.contact.company],
      ['department', contact.department],
      ['job title', item.contact.jobTitle],
      ...contact.emails.map((one) => ['e-mail', personText(one)] as [string, string]),
      ...contact.phones.map(({ name, value }) => [`phone, ${name}`, value] as [string, string]),
      ...contact.addresses.map(
        ({ name, value }) => [`address, ${name}`, value.replaceAll('\n', ', ')] as [string, string],
      ),
      ['birthday', contact.birthday],
      ...contact.more.map(({ name, value }) => [name, value] as [string, string]),
      ['photo', contact.hasPhoto ? 'yes' : null],
    )
  if (item.task && task)
    rows.push(
      ['status', item.task.status],
      ['due', item.task.due],
      ['start', task.start],
      ['completed', task.completed],
      ['repeats', task.recurrence?.words],
      ...task.steps.map(({ title, done }) => [done ? 'step, done' : 'step', title] as [string, string]),
    )
  rows.push(
    ...attachments.map(({ name, size }) => ['attachment', `${name} (${size} bytes)`] as [string, string]),
    ...links.map(({ name, address }) => ['link', `${name} ${address}`] as [string, string]),
  )
  return rows.flatMap(([name, value]) => (value ? [[name, value]] : []))
}

function personText({ name, address }: { name: string; address: string }): string {
  return name && name !== address ? `${name} <${address}>` : address
}
