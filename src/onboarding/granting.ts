/**
 * 'Grant Access' and what follows from it: the claim on the tenant, the creation in the background, and its end. One creation runs
 * per onboarding, in this process, as long as the administrator's token is at hand.
 */
import { isAppError } from '../errors/index.ts'
import type { Cloud } from '../microsoft/index.ts'
import type { Administrator } from './administrators.ts'
import { type CreationContext, credentialName } from './application-context.ts'
import { end } from './ending.ts'
import { fail } from './errors.ts'
import { tokenLost } from './machine.ts'
import { availableWorkloads, permissionsOf, requireSomething } from './offered-permissions.ts'
import { breaksUnique, cloudOf, existingOrganization, type OnboardingParts } from './parts.ts'
import { Interrupted, runSteps, waitingSteps } from './run-steps.ts'
import { creationSteps } from './steps.ts'
import type { OnboardingRow } from './view.ts'

export const signInAgain = 'Sign in again to continue'

const stepsOf = (cloud: Cloud, row: OnboardingRow) =>
  creationSteps(permissionsOf(cloud, row), availableWorkloads(cloud, row), row.requested_credential)

export interface Granting {
  /** Starts the creation. @throws ONB_WRONG_STATE, ONB_TENANT_BEING_ADDED */
  grant(id: string): Promise<OnboardingRow>
  /** Stops the creation of an onboarding, if one runs, and waits for its end. */
  halt: (id: string) => Promise<void>
  /** Resolves when no creation runs any more. */
  settled(): Promise<void>
}

export function createGranting(parts: OnboardingParts): Granting {
  const { store, administrators, microsoft, secrets, instanceName, closing } = parts
  const { logger } = microsoft
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>()

  const halt = async (id: string): Promise<void> => {
    const creation = running.get(id)
    creation?.abort.abort(new Interrupted())
    await creation?.done
  }

  const askToSignInAgain = async ({ id, method }: OnboardingRow): Promise<OnboardingRow | undefined> => {
    administrators.drop(id)
    return store.move(id, tokenLost(method), { notice: signInAgain })
  }

  const create = async (
    row: OnboardingRow,
    administrator: Administrator,
    signal: AbortSignal,
  ): Promise<void> => {
    const cloud = cloudOf(parts, row)
    const context: CreationContext = {
      row,
      cloud,
      instanceName,
      get permissions() {
        return permissionsOf(cloud, context.row)
      },
      goOnWithout: async (value) => {
        const without = { ...context.row, not_offered: [...new Set([...context.row.not_offered, value])] }
        await context.save({ not_offered: JSON.stringify(without.not_offered) })
        requireSomething(cloud, without, row.tenant?.name ?? 'the organization')
      },
      provisioning: administrator.provisioning,
      microsoft,
      secrets,
      signal,
      subject: row.id,
      credentialName: credentialName(row),
      application: async () => {
        const found = await administrator.provisioning.findApplication(row.unique_name, signal)
        if (!found) throw fail('ONB_NOT_REPLICATED')
        return found
      },
      mayFallBack: true,
      // Nobody but this onboarding gives the application a password.
      isStray: () => true,
      showSteps: (lines) => context.save({ steps: JSON.stringify(lines) }),
      save: async (patch) => {
        const saved = await store.amend(row.id, 'creating', patch)
        if (!saved) throw new Interrupted()
        context.row = saved
      },
      resource: undefined,
      access: undefined,
    }
    const steps = stepsOf(cloud, row)
    try {
      await runSteps(context, steps)
      await store.move(row.id, 'created', { notice: null })
    } catch (error) {
      if (error instanceof Interrupted || signal.aborted) return
      if (isAppError(error, 'MSG_TOKEN_REFUSED')) {
        await askToSignInAgain(row)
        return
      }
      logger.warn(
        { onboarding: row.id, code: isAppError(error) ? error.code : String(error) },
        'the application could not be created',
      )
      await end(parts, row.id, 'failed', { error, halt: async () => {} })
    }
  }

  /** Runs in the background; whatever happens is in the record. */
  const startCreation = (row: OnboardingRow, administrator: Administrator): void => {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, closing])
    const done = create(row, administrator, signal)
      .catch((error: unknown) => {
        if (!closing.aborted)
          logger.error({ onboarding: row.id, error: String(error) }, 'the creation ended unexpectedly')
      })
      .finally(() => running.delete(row.id))
    running.set(row.id, { abort, done })
  }

  const grant = async (id: string): Promise<OnboardingRow> => {
    const row = await store.read(id)
    const { tenant, account } = row
    if (row.state !== 'awaiting-grant' || !tenant || !account) return store.refuse(id)
    const administrator = administrators.get(id)
    if (!administrator) return (await askToSignInAgain(row)) ?? store.refuse(id)
    const cloud = cloudOf(parts, row)
    let granted: OnboardingRow | undefined
    try {
      granted = await store.move(id, 'granted', {
        tenant_claim: `${row.cloud}:${tenant.id}`,
        granted_by: account.objectId,
        steps: JSON.stringify(waitingSteps(stepsOf(cloud, row))),
        error: null,
        notice: null,
      })
    } catch (error) {
      if (breaksUnique(error, 'tenant_claim')) throw fail('ONB_TENANT_BEING_ADDED', { tenant: tenant.name })
      throw error
    }
    if (!granted) return store.refuse(id)
    // Asked after the claim: whoever held it before has either saved by now or given up.
    const organizationId = await existingOrganization(parts, row.cloud, tenant.id)
    if (organizationId !== undefined) {
      const error = fail('ONB_TENANT_EXISTS', { tenant: tenant.name })
      const ended = await end(parts, id, 'failed', { error, organizationId, halt: async () => {} })
      return ended ?? store.read(id)
    }
    startCreation(granted, administrator)
    return granted
  }

  return {
    grant,
    halt,
    settled: async () => {
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
