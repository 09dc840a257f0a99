import { isAppError } from '../../errors/index.ts'
import {
  type AppCredential,
  isCredentialRefused,
  isMicrosoftError,
  isTransient,
} from '../../microsoft/index.ts'
import { type ApplicationAccess, applicationAccess } from '../access.ts'
import { fail } from '../errors.ts'
import type { OrganizationParts } from '../parts.ts'
import type { OrganizationRow } from '../view.ts'
import type { RotationPatch, RotationRow } from './rotation-store.ts'

/** What the steps of one rotation share. `row` is replaced by every `save`, so steps always see what is persisted. */
export interface RotationContext {
  row: RotationRow
  readonly organization: OrganizationRow
  readonly parts: OrganizationParts
  readonly signal: AbortSignal
  /** Persists before going on. Throws `Interrupted` when another process has taken the rotation up. */
  save(patch: RotationPatch): Promise<void>
}

/** Somebody else goes on with the rotation, or it was cancelled: there is nothing to put right. */
export class Interrupted extends Error {
  constructor() {
    super('the rotation is no longer ours')
    this.name = 'Interrupted'
  }
}

/** Microsoft replicates a new certificate within minutes; no promise says how many. (Observed up to 5, 2026) */
const budgetMs = 10 * 60_000
const waitsMs = [2_000, 4_000, 8_000, 16_000]
const longestWaitMs = 30_000

export function waitMs(failedTries: number, error?: unknown): number {
  const asked = isMicrosoftError(error) ? (error.retryAfterMs ?? 0) : 0
  return Math.max(waitsMs[failedTries - 1] ?? longestWaitMs, asked)
}

/**
 * Counts a failed try, says why it waits, and sleeps.
 * @throws ORG_ROTATION_TOO_SLOW when the time of this state is used up, with the error as its cause
 */
export async function waitForMicrosoft(
  context: RotationContext,
  detail: string,
  error: unknown,
  patch: RotationPatch = {},
): Promise<void> {
  const { row, parts, signal } = context
  const { clock, logger } = parts.microsoft
  const tries = row.tries + 1
  const wait = waitMs(tries, error)
  if (clock.now() + wait > row.since.getTime() + budgetMs) {
    throw fail('ORG_ROTATION_TOO_SLOW', { minutes: budgetMs / 60_000, reason: detail }, error)
  }
  logger.info(
    { rotation: row.id, state: row.state, tries, wait, code: isAppError(error) ? error.code : null },
    'the rotation of a certificate waits for Microsoft',
  )
  await context.save({ ...patch, tries, detail, next_try_at: new Date(clock.now() + wait) })
  await clock.sleep(wait, signal)
}

/** Access by one certificate alone, apart from what everybody else uses. */
export function accessBy(
  { organization, parts }: RotationContext,
  credential: AppCredential,
): ApplicationAccess {
  return applicationAccess(parts.microsoft, {
    cloud: parts.cloudOf(organization),
    tenantId: organization.tenant_id,
    clientId: organization.application_id,
    credential,
  })
}

/** Whether Microsoft gives a token for this certificate now: asked anew each time. @throws what is no answer to that */
export async function signsIn(context: RotationContext, credential: AppCredential): Promise<boolean> {
  try {
    await accessBy(context, credential).tokens.token(context.signal)
    return true
  } catch (error) {
    context.signal.throwIfAborted()
    if (isCredentialRefused(error) || isTransient(error)) return false
    throw error
  }
}
