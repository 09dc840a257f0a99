/** Restores what belongs to a mailbox beside its mails: a handful of requests, at once and with a report. */
import { foldersOf, mailboxOwner, restorePoint } from '../../catalog/index.ts'
import type {
  MailboxSettingsView,
  RestoredSettingsView,
  RestoreMailboxSettings,
} from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { GraphClient } from '../../microsoft/index.ts'
import type { ApplicationAccess } from '../../organizations/index.ts'
import { isRecoverable, restoreSettings } from '../../workloads/index.ts'
import { fail } from './errors.ts'
import type { RestoreOrganizations } from './ports.ts'
import { findTarget } from './restore-target.ts'
import { createTurns } from './turns.ts'

export interface SettingsRestore {
  /**
   * @param mailboxes to which the asking operator is limited; null for none
   * Errors: `CAT_MAILBOX_UNKNOWN`, `JOB_RESTORE_NOT_ALLOWED`, `JOB_RESTORE_SETTINGS_NOT_GRANTED`, `JOB_RESTORE_EMPTY`, those of the target.
   */
  restore(
    mailboxId: string,
    request: RestoreMailboxSettings,
    mailboxes: readonly string[] | null,
  ): Promise<RestoredSettingsView>
}

/** Exchange holds some hundred rules in a mailbox at most. */
const longestMs = 5 * 60_000
const writer = 'MailboxSettings.ReadWrite'

export function createSettingsRestore(parts: {
  readonly db: Database
  readonly organizations: RestoreOrganizations & { access(id: string): Promise<ApplicationAccess> }
  readonly downloads: { settings(mailboxId: string, at?: number): Promise<MailboxSettingsView> }
}): SettingsRestore {
  const { db, organizations, downloads } = parts
  /** Two at once would each see that nothing is there yet. */
  const inTurn = createTurns()
  const userOf = async (graph: GraphClient, wanted: Parameters<typeof findTarget>[2]) => {
    const { destination, name } = await findTarget(db, graph, wanted)
    if (!('userId' in destination)) throw new TypeError('a user was asked for')
    return { id: destination.userId, userPrincipalName: name }
  }
  return {
    async restore(mailboxId, { parts: chosen, at, target }, mailboxes) {
      const signal = AbortSignal.timeout(longestMs)
      const { organizationId, externalId, userPrincipalName } = await mailboxOwner(db, mailboxId)
      const { name, restoreRights } = await organizations.get(organizationId)
      if (!restoreRights) throw fail('JOB_RESTORE_NOT_ALLOWED', { name })
      const { graph, tokens } = await organizations.access(organizationId)
      const { roles } = await tokens.token(signal)
      if (!roles.includes(writer)) throw fail('JOB_RESTORE_SETTINGS_NOT_GRANTED', { permission: writer })
      const stored = await downloads.settings(mailboxId, at)
      if (stored.settings === null) throw fail('JOB_RESTORE_EMPTY')
      const user = target
        ? await userOf(graph, { organizationId, target, selection: { mailbox: mailboxId }, mailboxes })
        : { id: externalId, userPrincipalName }
      const point = await restorePoint(db, organizationId, at)
      const folders = await foldersOf(db, mailboxId, point)
      const byExternalId = new Map([...folders.values()].map((folder) => [folder.externalId, folder]))
      const namesOf = (id: string | null): string[] => {
        const folder = id === null ? undefined : folders.get(id)
        return folder ? [...namesOf(folder.parentId), folder.name] : []
      }
      const entries = await inTurn(user.id, () =>
        restoreSettings(
          graph,
          {
            userId: user.id,
            inPlace: user.id === externalId,
            stored,
            folderNames: (id) => {
              const folder = byExternalId.get(id)
              return folder && !isRecoverable(folder) ? namesOf(folder.id) : undefined
            },
          },
          chosen,
          signal,
        ),
      )
      return { userPrincipalName: user.userPrincipalName, entries }
    },
  }
}
