/**
 * The wizard as a service. An onboarding is a persisted record; every verb may be called at any time and either moves the
 * record or says why not. Microsoft's token of the signed-in administrator lives in this process only: after a restart the
 * onboarding asks for a new sign-in and finds its half-made application again.
 *
 * Write order: the intent (unique name, 'asked for the application', private key) always before the request to Microsoft;
 * what Microsoft answered right after it; the state last.
 */
import { randomBytes } from 'node:crypto'
import type { OnboardingView } from '../contract/index.ts'
import { createSignIn } from '../microsoft/index.ts'
import { openCredential, toProblem } from '../organizations/index.ts'
import { createAdministrators } from './administrators.ts'
import { save } from './completion.ts'
import { cleanUp, end } from './ending.ts'
import { fail } from './errors.ts'
import { createGranting, signInAgain } from './granting.ts'
import { eventAtStart } from './machine.ts'
import { cloudViews, permissionViews, requireMethod } from './methods.ts'
import type { OnboardingOptions, Onboardings } from './onboardings.ts'
import { cloudOf, type OnboardingParts } from './parts.ts'
import { Interrupted } from './run-steps.ts'
import { createSignIns } from './sign-in.ts'
import { completeSignIn } from './sign-in-return.ts'
import { createOnboardingStore } from './store.ts'
import { type OnboardingRow, onboardingView } from './view.ts'

const sweepEveryMs = 60_000

export function createOnboardings(options: OnboardingOptions): Onboardings {
  const { db, secrets, microsoft, organizations, events, instanceName, consoleOrigin } = options
  const { clock, logger, clouds } = microsoft
  const closing = new AbortController()
  /** Onboardings that this process works on: nothing of an earlier one is to be put right there. */
  const touched = new Set<string>()
  let recovered = false
  const touch = (id: string): void => {
    if (!recovered) touched.add(id)
  }
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

  const granting = createGranting(parts)
  const { halt } = granting

  const sweep = async (): Promise<void> => {
    administrators.dropExpired()
    await signIns.sweep()
    for (const row of await store.overdue()) {
      touch(row.id)
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
        subject: { kind: 'onboarding', id },
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
        touch(row.id)
        return view(await granting.grant(row.id))
      } catch (error) {
        const problem = JSON.stringify(toProblem(error))
        return view((await store.amend(row.id, 'awaiting-grant', { error: problem })) ?? row)
      }
    },
    grant: async (id) => {
      touch(id)
      return view(await granting.grant(id))
    },
    cancel: async (id) => {
      touch(id)
      const ended = await end(parts, id, 'cancelled', { halt: () => halt(id) })
      return view(ended ?? (await store.refuse(id)))
    },
    save: async (id, { organizationName }, operatorId) => {
      touch(id)
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
      recovered = true
      touched.clear()
    },
    sweep,
    startSweeper: () => {
      sweeper = sweepForever()
    },
    close: async () => {
      closing.abort(new Interrupted())
      await Promise.all([sweeper, granting.settled()])
    },
  }
}
