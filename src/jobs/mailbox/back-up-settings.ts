import { isAccessDenied } from '../../microsoft/index.ts'
import { readMailboxSettings, settingsText } from '../../workloads/index.ts'
import type { ResourceContext } from '../resource/resource-context.ts'

const readers = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite']

/**
 * The settings of the mailbox as text; null where they are not to be read, or could not be: what is stored of them stays, and the
 * mails are backed up all the same.
 */
export async function backUpSettings(context: ResourceContext): Promise<string | null> {
  const { graph, logger, permissions, resource, signal } = context
  if (!readers.some((one) => permissions.includes(one))) return null
  try {
    return settingsText(await readMailboxSettings(graph, resource.externalId, signal))
  } catch (error) {
    signal.throwIfAborted()
    const told = { resource: resource.resourceId, error: String(error) }
    // Exchange can keep an application out of settings alone.
    if (isAccessDenied(error)) logger.debug(told, 'settings of a mailbox may not be read')
    else logger.warn(told, 'settings of a mailbox could not be read')
    return null
  }
}
