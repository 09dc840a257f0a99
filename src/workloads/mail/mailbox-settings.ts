/**
 * What belongs to a mailbox beside its mails: automatic replies, working hours, time zone and language, inbox rules, categories.
 * Sources: Microsoft Graph v1.0, "mailboxSettings resource type", "List rules", "List masterCategories" (MailboxSettings.Read), 2026.
 */
import { type GraphClient, graphPath } from '../../microsoft/index.ts'
import { plainJson } from './plain-text.ts'

/** Beside `_resource.json` in the mailbox's directory. */
export const settingsFile = '_settings.json'

export interface MailboxSettings {
  /** As Graph has them; without what is only of this answer. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly rules: readonly Readonly<Record<string, unknown>>[]
  readonly categories: readonly Readonly<Record<string, unknown>>[]
}

/** All of it in one request. @throws MicrosoftError for the first part that could not be read */
export async function readMailboxSettings(
  graph: GraphClient,
  user: string,
  signal: AbortSignal,
): Promise<MailboxSettings> {
  const answers = await graph.batch(
    [
      { id: 'settings', path: graphPath`/users/${user}/mailboxSettings` },
      { id: 'rules', path: graphPath`/users/${user}/mailFolders/inbox/messageRules` },
      { id: 'categories', path: graphPath`/users/${user}/outlook/masterCategories` },
    ],
    { mailbox: user, signal },
  )
  for (const { error } of answers) if (error) throw error
  const [settings, rules, categories] = answers.map(({ body }) => (body ?? {}) as Record<string, unknown>)
  return {
    settings: plain(settings ?? {}),
    rules: listed(rules).toSorted((a, b) => Number(a['sequence'] ?? 0) - Number(b['sequence'] ?? 0)),
    categories: listed(categories),
  }
}

/** As a file: the same settings are the same text, in whatever order Graph tells them. */
export function settingsText({ settings, rules, categories }: MailboxSettings): string {
  return `${JSON.stringify({ settings: sorted(settings), rules: rules.map(sorted), categories: categories.map(sorted).toSorted(byId) }, null, 2)}\n`
}

function listed(body: Record<string, unknown> | undefined): Record<string, unknown>[] {
  const value = body?.['value']
  return Array.isArray(value) ? value.map((one) => plain(one as Record<string, unknown>)) : []
}

function plain(body: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(body).filter(([name]) => !name.startsWith('@odata.'))
  return plainJson(Object.fromEntries(kept)) as Record<string, unknown>
}

function sorted(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function byId(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return String(a['id']) < String(b['id']) ? -1 : 1
}
