/**
 * Takes back what an onboarding made, when it is cancelled, fails or expires. With the administrator's token the application
 * is deleted and purged; without it the server destroys its own key, which makes the application useless to anyone, and says
 * what is left.
 */
import { isAppError } from '../errors/index.ts'
import { isMicrosoftError, isNotFound, type Provisioning } from '../microsoft/index.ts'
import type { Clock, Logger } from '../shared/index.ts'
import { waitMs } from './patience.ts'

/** An application made seconds ago may not be found yet, and its deletion takes time to show. */
const budgetMs = 90_000
/** So long Microsoft may still be about to show an application it was asked for. */
const appearanceMs = 40_000

/** What is remembered of an application that was made. */
interface CreatedRow {
  readonly id: string
  readonly unique_name: string
  readonly application_requested: boolean
  readonly application_object_id: string | null
  readonly application_id: string | null
  readonly tenant: { readonly name: string } | null
  readonly error: { readonly code: string } | null
}

/** What is left in the tenant, one sentence each; empty when nothing is. Throws the signal's reason only. */
export async function removeCreated(
  row: CreatedRow,
  provisioning: Provisioning | undefined,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
): Promise<string[]> {
  if (!row.application_requested) return []
  if (isForeign(row)) return [`The application that was found under our name is untouched. ${whereItIs(row)}`]
  if (!provisioning) {
    return [
      `The application made for this server is still there, without a usable credential: the server destroyed its key. ${whereItIs(row)}`,
    ]
  }
  const start = clock.now()
  let objectId = row.application_object_id
  let deleted = false
  let failure: unknown
  for (let tries = 1; ; tries++) {
    const overdue = clock.now() - start > appearanceMs
    try {
      const found = await provisioning.findApplication(row.unique_name, signal)
      objectId = found?.id ?? objectId
      if (objectId !== null) {
        await provisioning.deleteApplication(objectId, signal)
        deleted = true
        await provisioning.purgeApplication(objectId, signal)
        return []
      }
      failure = undefined
      if (overdue) return []
    } catch (error) {
      signal.throwIfAborted()
      failure = error
      if (!isWorthAnotherTry(error)) break
    }
    const wait = waitMs(tries)
    if (clock.now() + wait - start > budgetMs) break
    await clock.sleep(wait, signal)
  }
  logger.warn(
    { subject: row.id, code: isAppError(failure) ? failure.code : null },
    'could not remove the application completely',
  )
  if (failure !== undefined && isNotFound(failure) && deleted) {
    return [
      `The application was deleted, or was not there any more. If it is still among the deleted applications of the organization, it disappears there within 30 days. ${whereItIs(row)}`,
    ]
  }
  return [
    `The application made for this server could not be removed; the server destroyed its key. ${whereItIs(row)}`,
  ]
}

/** What is left of the Manual Process: this server made nothing, but an administrator may have, for it. */
export function registeredByHand(row: CreatedRow): string[] {
  if (row.application_id === null) return []
  return [
    `The application that was registered for this server was not touched; what the server held of its credential is destroyed. ${whereItIs(row)}`,
  ]
}

function isWorthAnotherTry(error: unknown): boolean {
  return isMicrosoftError(error) && error.code !== 'MSG_ACCESS_DENIED' && error.code !== 'MSG_TOKEN_REFUSED'
}

function isForeign(row: CreatedRow): boolean {
  return row.error?.code === 'ONB_FOREIGN_APPLICATION'
}

function whereItIs(row: CreatedRow): string {
  const tenant = row.tenant?.name ?? 'the organization'
  const identity =
    row.application_id === null
      ? `unique name ${row.unique_name}, if Microsoft created it`
      : `application id ${row.application_id}`
  return `In ${tenant}, look in the Microsoft Entra admin center under App registrations (${identity}) and delete it there if you do not need it.`
}
