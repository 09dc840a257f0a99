/**
 * Puts rules, categories, automatic replies and working hours of a mailbox back. Safe to repeat: rules and categories are known by their names, and what
 * is there already is left as it is. Sources: Microsoft Graph v1.0, "Create rule", "Create outlookCategory", "Update user mailbox settings" (application
 * permission MailboxSettings.ReadWrite), 2026.
 */
import { isAppError } from '../../../errors/index.ts'
import { type GraphClient, graphPath, isNotFound } from '../../../microsoft/index.ts'
import { folderAt, originalFolder } from './target-folder.ts'

type Json = Readonly<Record<string, unknown>>

export interface SettingsToRestore {
  /** Whom they go to, by Microsoft's id. */
  readonly userId: string
  /** To whose they were: folders are known by their ids there, and by their names elsewhere. */
  readonly inPlace: boolean
  readonly stored: {
    readonly settings: Json | null
    readonly rules: readonly Json[]
    readonly categories: readonly Json[]
  }
  /** Names of a folder of then, from the top of the mailbox down, by Microsoft's id; undefined where it is not known. */
  readonly folderNames: (externalId: string) => readonly string[] | undefined
}

export type SettingsPart = 'rules' | 'categories' | 'automaticReplies' | 'workingHours'

export interface RestoredSetting {
  readonly part: SettingsPart
  readonly name: string
  readonly outcome: 'restored' | 'already-there' | 'not-stored' | 'failed'
  readonly reason: string
}

interface Work extends SettingsToRestore {
  readonly graph: GraphClient
  readonly signal: AbortSignal
}

/** Of the parts, one after the other; what fails alone is said of that alone. @throws the signal's reason */
export async function restoreSettings(
  graph: GraphClient,
  wanted: SettingsToRestore,
  parts: readonly SettingsPart[],
  signal: AbortSignal,
): Promise<RestoredSetting[]> {
  const work: Work = { ...wanted, graph, signal }
  const done: RestoredSetting[] = []
  if (parts.includes('categories')) done.push(...(await restoreCategories(work)))
  if (parts.includes('rules')) done.push(...(await restoreRules(work)))
  if (parts.includes('workingHours'))
    done.push(await restoreOwn(work, 'workingHours', ['workingHours', 'timeZone']))
  if (parts.includes('automaticReplies'))
    done.push(await restoreOwn(work, 'automaticReplies', ['automaticRepliesSetting']))
  return done
}

async function restoreCategories(work: Work): Promise<RestoredSetting[]> {
  const path = graphPath`/users/${work.userId}/outlook/masterCategories`
  return eachByName(work, 'categories', work.stored.categories, path, async ({ displayName, color }) => ({
    displayName,
    ...(color === undefined || color === null ? {} : { color }),
  }))
}

async function restoreRules(work: Work): Promise<RestoredSetting[]> {
  const path = graphPath`/users/${work.userId}/mailFolders/inbox/messageRules`
  return eachByName(work, 'rules', work.stored.rules, path, async (rule) => {
    if (rule['isReadOnly'] === true) return 'Outlook made it and does not let it be made by others.'
    const { displayName, sequence, isEnabled, conditions, exceptions } = rule
    const actions: Record<string, unknown> = { ...(rule['actions'] as Json | undefined) }
    for (const name of ['moveToFolder', 'copyToFolder']) {
      if (typeof actions[name] !== 'string') continue
      const folder = await presentFolder(work, actions[name])
      if (folder === undefined) return 'The folder that it moves or copies to is in no backup.'
      actions[name] = folder
    }
    return { displayName, sequence, isEnabled, actions, ...given({ conditions, exceptions }) }
  })
}

/** The same folder if it is there; else the one of its names, which is made where it is missing. */
async function presentFolder(work: Work, externalId: string): Promise<string | undefined> {
  const { graph, userId, inPlace, signal } = work
  const names = work.folderNames(externalId)
  if (names === undefined) return undefined
  return inPlace
    ? originalFolder(graph, userId, { externalId, names }, signal)
    : folderAt(graph, userId, names, signal)
}

/** @param bodyOf what is to be created, or why it cannot be, for people */
async function eachByName(
  work: Work,
  part: SettingsPart,
  stored: readonly Json[],
  path: string,
  bodyOf: (one: Json) => Promise<Json | string>,
): Promise<RestoredSetting[]> {
  if (stored.length === 0) return [{ part, name: '', outcome: 'not-stored', reason: '' }]
  const common = { mailbox: work.userId, priority: 'high', signal: work.signal } as const
  const there = new Set<string>()
  for await (const { value } of work.graph.pages<Json>({ path, ...common }))
    for (const one of value) there.add(nameOf(one).toLowerCase())
  const done: RestoredSetting[] = []
  for (const one of stored) {
    work.signal.throwIfAborted()
    const name = nameOf(one)
    if (there.has(name.toLowerCase())) {
      done.push({ part, name, outcome: 'already-there', reason: '' })
      continue
    }
    const reason = await failureOf(work, async () => {
      const body = await bodyOf(one)
      if (typeof body === 'string') return body
      await work.graph.request({ method: 'POST', path, body, ...common })
      there.add(name.toLowerCase())
      return ''
    })
    done.push({ part, name, outcome: reason === '' ? 'restored' : 'failed', reason })
  }
  return done
}

/** Fields of the settings themselves. */
async function restoreOwn(
  work: Work,
  part: SettingsPart,
  fields: readonly string[],
): Promise<RestoredSetting> {
  const { graph, userId, stored, signal } = work
  const body = given(Object.fromEntries(fields.map((name) => [name, stored.settings?.[name]])))
  if (Object.keys(body).length === 0) return { part, name: '', outcome: 'not-stored', reason: '' }
  const reason = await failureOf(work, async () => {
    await graph.request({
      method: 'PATCH',
      path: graphPath`/users/${userId}/mailboxSettings`,
      body,
      mailbox: userId,
      priority: 'high',
      signal,
    })
    return ''
  })
  return { part, name: '', outcome: reason === '' ? 'restored' : 'failed', reason }
}

async function failureOf({ signal }: Work, act: () => Promise<string>): Promise<string> {
  try {
    return await act()
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error
    return isNotFound(error) ? 'Something that it names is not there.' : `${error.message} ${error.remedy}`
  }
}

const nameOf = ({ displayName }: Json) => (typeof displayName === 'string' ? displayName : '')

function given(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  )
}
