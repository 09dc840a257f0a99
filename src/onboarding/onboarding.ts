/**
 * The wizard as a service. An onboarding is a persisted record; every verb may be called at any time and either moves the
 * record or says why not. Microsoft's token of the signed-in administrator lives in this process only: after a restart the
 * onboarding asks for a new sign-in and finds its half-made application again.
 *
 * Write order: the intent (unique name, 'asked for the application', private key) always before the request to Microsoft;
 * what Microsoft answered right after it; the state last.
 */
import { randomBytes } from 'node:crypto'
import type {
  CloudView,
  EventBus,
  OnboardingView,
  Page,
  PageQuery,
  PermissionView,
  SaveOnboarding,
  SignInAddress,
  StartOnboarding,
  StartSignIn,
  Workload,
} from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { isAppError } from '../errors/index.ts'
import { createSignIn, permissionsFor } from '../microsoft/index.ts'
import { type MicrosoftSide, type Organizations, openCredential, toProblem } from '../organizations/index.ts'
import type { SecretBox } from '../security/index.ts'
import { type Administrator, createAdministrators } from './administrators.ts'
import { save } from './completion.ts'
import { runCreation } from './creation.ts'
import { type CreationContext, Interrupted } from './creation-context.ts'
import { cleanUp, end } from './ending.ts'
import { fail } from './errors.ts'
import { eventAtStart } from './machine.ts'
import { cloudViews, permissionViews, requireMethod } from './methods.ts'
import { breaksUnique, cloudOf, existingOrganization, type OnboardingParts } from './parts.ts'
import { createSignIns } from './sign-in.ts'
import { completeSignIn, type SignInReturn } from './sign-in-return.ts'
import { creationSteps, waitingSteps } from './steps.ts'
import { createOnboardingStore } from './store.ts'
import { type OnboardingRow, onboardingView } from './view.ts'

export interface OnboardingOptions {
  readonly db: Database
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly organizations: Organizations
  readonly events: EventBus
  readonly instanceName: string
  /** Origin of the console on localhost with its actual port, e.g. `http://localhost:8600`; asked when needed. */
  readonly consoleOrigin: () => string
}

export interface Onboardings {
  clouds(): CloudView[]
  /** @throws ONB_METHOD_UNAVAILABLE for a cloud that is not configured */
  permissions(cloud: string, workloads: readonly Workload[], restore: boolean): PermissionView[]
  /** @throws ONB_METHOD_UNAVAILABLE */
  start(input: StartOnboarding, operatorId: string): Promise<OnboardingView>
  /** Open ones, newest first. */
  list(page: PageQuery): Promise<Page<OnboardingView>>
  get(id: string): Promise<OnboardingView>
  /** Where to send the browser. @throws ONB_WRONG_STATE, MicrosoftError when Microsoft cannot be reached */
  signIn(id: string, sessionId: string, input: StartSignIn): Promise<SignInAddress>
  /** The browser's return. @throws ONB_SIGN_IN_UNKNOWN */
  completeSignIn(answer: SignInReturn, sessionId: string): Promise<OnboardingView>
  /** 'Grant Access': starts the creation and returns. @throws ONB_WRONG_STATE, ONB_TENANT_BEING_ADDED */
  grant(id: string): Promise<OnboardingView>
  /** Ends the onboarding and takes back what it made. @throws ONB_WRONG_STATE */
  cancel(id: string): Promise<OnboardingView>
  /** @throws ONB_WRONG_STATE, ONB_CREDENTIAL_NOT_WORKING, ONB_TENANT_EXISTS */
  save(id: string, input: SaveOnboarding, operatorId: string): Promise<OnboardingView>
  /** The application password, once. @throws ONB_PASSWORD_NOT_AVAILABLE */
  revealPassword(id: string): Promise<string>
  /** Puts right what an earlier process left; to be called once, when the server starts. */
  recover(): Promise<void>
  /** Ends what nobody moved for an hour. */
  sweep(): Promise<void>
  /** Sweeps every minute until `close`. */
  startSweeper(): void
  /** Stops the creations under way where they are; they go on after a new sign-in. */
  close(): Promise<void>
}

const sweepEveryMs = 60_000
const signInAgain = 'Sign in again to continue'

export function createOnboardings(options: OnboardingOptions): Onboardings {
  const { db, secrets, microsoft, organizations, events, instanceName, consoleOrigin } = options
  const { clock, logger, clouds } = microsoft
  const closing = new AbortController()
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>()
  /** Onboardings that this process works on: nothing of an earlier one is to be put right there. */
  const touched = new Set<string>()
  let sweeper: Promise<void> = Promise.resolve()

  const view = (row: OnboardingRow): OnboardingView => {
    const cloud = clouds.find(({ id }) => id === row.cloud)
    return onboardingView(row, cloud ? permissionViews(cloud, row.workloads, row.restore_rights) : [])
  }
  const store = createOnboardingStore(db, clock, (row) => {
    events.publish({ topic: 'onboarding', view: view(row) })
  })
  const administrators = createAdministrators(clock)
  const signIns = createSignIns(db, secrets, clock)
  const parts: OnboardingParts = {
    db,
    store,
    secrets,
    microsoft,
    organizations,
    administrators,
    signIns,
    instanceName,
    consoleOrigin,
    closing: closing.signal,
  }

  const halt = async (id: string): Promise<void> => {
    const creation = running.get(id)
    creation?.abort.abort(new Interrupted())
    await creation?.done
  }

  const askToSignInAgain = async (id: string): Promise<OnboardingRow | undefined> => {
    administrators.drop(id)
    return store.move(id, 'token-lost', { notice: signInAgain })
  }

  const create = async (
    row: OnboardingRow,
    administrator: Administrator,
    signal: AbortSignal,
  ): Promise<void> => {
    const cloud = cloudOf(parts, row)
    const permissions = permissionsFor({ cloud, workloads: row.workloads, restore: row.restore_rights })
    const context: CreationContext = {
      row,
      cloud,
      instanceName,
      permissions,
      provisioning: administrator.provisioning,
      microsoft,
      secrets,
      signal,
      save: async (patch) => {
        const saved = await store.amend(row.id, 'creating', patch)
        if (!saved) throw new Interrupted()
        context.row = saved
      },
      resource: undefined,
      access: undefined,
    }
    const steps = creationSteps(permissions, row.workloads, row.requested_credential)
    try {
      await runCreation(context, steps)
      await store.move(row.id, 'created', { notice: null })
    } catch (error) {
      if (error instanceof Interrupted || signal.aborted) return
      if (isAppError(error, 'MSG_TOKEN_REFUSED')) {
        await askToSignInAgain(row.id)
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
    const signal = AbortSignal.any([abort.signal, closing.signal])
    const done = create(row, administrator, signal)
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          logger.error({ onboarding: row.id, error: String(error) }, 'the creation ended unexpectedly')
      })
      .finally(() => running.delete(row.id))
    running.set(row.id, { abort, done })
  }

  const grant = async (id: string): Promise<OnboardingRow> => {
    touched.add(id)
    const row = await store.read(id)
    const { tenant, account } = row
    if (row.state !== 'awaiting-grant' || !tenant || !account) return store.refuse(id)
    const administrator = administrators.get(id)
    if (!administrator) return (await askToSignInAgain(id)) ?? store.refuse(id)
    const cloud = cloudOf(parts, row)
    const permissions = permissionsFor({ cloud, workloads: row.workloads, restore: row.restore_rights })
    let granted: OnboardingRow | undefined
    try {
      granted = await store.move(id, 'granted', {
        tenant_claim: `${row.cloud}:${tenant.id}`,
        granted_by: account.objectId,
        steps: JSON.stringify(
          waitingSteps(creationSteps(permissions, row.workloads, row.requested_credential)),
        ),
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

  const sweep = async (): Promise<void> => {
    administrators.dropExpired()
    await signIns.sweep()
    for (const row of await store.overdue()) {
      touched.add(row.id)
      await end(parts, row.id, 'expired', { halt: () => halt(row.id) })
    }
  }

  const sweepForever = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await clock.sleep(sweepEveryMs, closing.signal)
        await sweep()
      } catch (error) {
        if (!closing.signal.aborted) logger.error({ error: String(error) }, 'sweeping the onboardings failed')
      }
    }
  }

  return {
    clouds: () => cloudViews(clouds),
    permissions: (cloudId, workloads, restore) => {
      const cloud = clouds.find(({ id }) => id === cloudId)
      return permissionViews(cloud ?? requireMethod(clouds, cloudId, 'credential'), workloads, restore)
    },
    start: async (input, operatorId) => {
      requireMethod(clouds, input.cloud, input.method)
      const row = await store.insert({
        operator_id: operatorId,
        method: input.method,
        cloud: input.cloud,
        state: 'started',
        workloads: JSON.stringify(input.workloads),
        restore_rights: input.restoreRights,
        requested_credential: input.credentialKind,
        credential_kind: input.credentialKind,
        unique_name: `bdrcloud-${randomBytes(16).toString('hex')}`,
        steps: '[]',
        leftovers: '[]',
        account_ids: '[]',
        application_requested: false,
        password_revealed: false,
        cleanup: 'none',
      })
      return view(row)
    },
    list: async (page) => {
      const { rows, nextCursor } = await store.list(page)
      return { items: rows.map(view), nextCursor }
    },
    get: async (id) => view(await store.read(id)),
    signIn: async (id, sessionId, { selectAccount = false }) => {
      const before = await store.read(id)
      const cloud = cloudOf(parts, before)
      // What was begun in one tenant can only be continued there.
      const tenant = before.application_requested ? (before.tenant?.id ?? null) : null
      const row = await store.move(id, 'sign-in-started', { approval: null, error: null })
      if (!row) return store.refuse(id)
      administrators.drop(id)
      const started = await signIns.start({
        onboardingId: id,
        sessionId,
        redirectUri: `${consoleOrigin()}/`,
        tenant,
      })
      const signIn = createSignIn({ ...microsoft, cloud, clientId: cloud.signInClientId })
      const authorizationUrl = await signIn.authorizationUrl({
        redirectUri: started.redirectUri,
        state: started.state,
        nonce: started.nonce,
        codeChallenge: started.codeChallenge,
        ...(selectAccount && { prompt: 'select_account' as const }),
        ...(tenant !== null && { tenant }),
      })
      return { authorizationUrl }
    },
    completeSignIn: async (answer, sessionId) => {
      const { row, goOn } = await completeSignIn(parts, answer, sessionId)
      if (!goOn) return view(row)
      try {
        return view(await grant(row.id))
      } catch (error) {
        const problem = JSON.stringify(toProblem(error))
        return view((await store.amend(row.id, 'awaiting-grant', { error: problem })) ?? row)
      }
    },
    grant: async (id) => view(await grant(id)),
    cancel: async (id) => {
      touched.add(id)
      const ended = await end(parts, id, 'cancelled', { halt: () => halt(id) })
      return view(ended ?? (await store.refuse(id)))
    },
    save: async (id, { organizationName }, operatorId) => {
      touched.add(id)
      const row = await save(parts, id, { organizationName, operatorId })
      if (row.organization_id !== null) {
        events.publish({ topic: 'organization', view: await organizations.view(row.organization_id) })
      }
      return view(row)
    },
    revealPassword: async (id) => {
      const row = await store.read(id)
      const credential = openCredential(secrets, row)
      if (row.state !== 'completing' || row.password_revealed || credential?.kind !== 'password') {
        throw fail('ONB_PASSWORD_NOT_AVAILABLE')
      }
      const revealed = await db
        .updateTable('onboardings')
        .set({ password_revealed: true })
        .where('id', '=', id)
        .where('state', '=', 'completing')
        .where('password_revealed', '=', false)
        .returningAll()
        .executeTakeFirst()
      if (!revealed) throw fail('ONB_PASSWORD_NOT_AVAILABLE')
      store.announce(revealed)
      return credential.secret
    },
    recover: async () => {
      for (const row of await store.open()) {
        if (touched.has(row.id) || administrators.get(row.id)) continue
        const event = eventAtStart(row.state)
        if (event === 'token-lost') await store.move(row.id, event, { notice: signInAgain })
        else if (event) {
          await store.move(row.id, event, { notice: "The server was restarted. Choose 'Save' again." })
        }
      }
      for (const row of await store.uncleaned()) {
        if (!touched.has(row.id)) await cleanUp(parts, row)
      }
    },
    sweep,
    startSweeper: () => {
      sweeper = sweepForever()
    },
    close: async () => {
      closing.abort(new Interrupted())
      await Promise.all([sweeper, ...[...running.values()].map(({ done }) => done)])
    },
  }
}
