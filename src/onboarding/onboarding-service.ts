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
import { openCredential, toProblem, whatIsNotAvailable } from '../organizations/index.ts'
import { createAdministrators } from './administrators.ts'
import { type Admission, admit } from './admission.ts'
import { startBrowserSignIn } from './browser-sign-in.ts'
import { save } from './completion.ts'
import { detectCloud } from './detect-cloud.ts'
import { showCode } from './device-code-step.ts'
import { createDeviceCodes } from './device-codes.ts'
import { cleanUp, end } from './ending.ts'
import { fail } from './errors.ts'
import { createGranting, signInAgain } from './granting.ts'
import { eventAtStart, type OnboardingEvent } from './machine.ts'
import { giveDetails, makeOwnCertificate } from './manual.ts'
import {
  chosenMethod,
  cloudViews,
  permissionViews,
  requireMethod,
  requireWorkloads,
  shown,
} from './methods.ts'
import { permissionsOf } from './offered-permissions.ts'
import type { OnboardingOptions, Onboardings } from './onboardings.ts'
import { begunTenant, cloudOf, type OnboardingParts, requireOwnStep } from './parts.ts'
import { registrationGuide } from './registration-guide.ts'
import { Interrupted } from './run-steps.ts'
import { createSignIns } from './sign-in.ts'
import { completeSignIn } from './sign-in-return.ts'
import { createOnboardingStore } from './store.ts'
import { sweepForever } from './sweeper.ts'
import { type OnboardingRow, onboardingView } from './view.ts'

export function createOnboardings(options: OnboardingOptions): Onboardings {
  const { db, secrets, microsoft, organizations, events, instanceName, consoleOrigin, clients } = options
  const { clock, clouds } = microsoft
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
    const { workloads, not_offered: notOffered } = row
    return onboardingView(row, {
      permissions: cloud ? shown(permissionsOf(cloud, row)) : [],
      notAvailable: cloud
        ? whatIsNotAvailable({ cloud, workloads, notOffered }, row.tenant?.name ?? cloud.name)
        : [],
      deviceCode: deviceCodes.shown(row.id),
    })
  }
  const store = createOnboardingStore(db, clock, (row) => {
    events.publish({ topic: 'onboarding', view: view(row) })
  })
  const administrators = createAdministrators(clock)
  const signIns = createSignIns(db, secrets, clock)
  const deviceCodes = createDeviceCodes(microsoft, closing.signal, {
    accepted: async (id, result, signal) => {
      const row = await store.read(id)
      if (row.state === 'code-shown') await goOn(await admit(parts, row, result, signal))
    },
    ended: async (id, error) => {
      await store.move(id, 'code-ended', { error: JSON.stringify(toProblem(error)) })
    },
    changed: async (id) => {
      await store.amend(id, 'code-shown', {})
    },
  })
  const parts: OnboardingParts = {
    db,
    store,
    secrets,
    microsoft,
    organizations,
    administrators,
    signIns,
    clients,
    deviceCodes,
    instanceName,
    consoleOrigin,
    closing: closing.signal,
  }

  const granting = createGranting(parts)
  const { halt } = granting

  /** Goes on to create when the same account had granted before an interruption; else 'Grant Access' asks. */
  const goOn = async ({ row, goOn: granted }: Admission): Promise<OnboardingRow> => {
    if (!granted) return row
    try {
      touch(row.id)
      return await granting.grant(row.id)
    } catch (error) {
      const problem = JSON.stringify(toProblem(error))
      return (await store.amend(row.id, 'awaiting-grant', { error: problem })) ?? row
    }
  }

  const sweep = async (): Promise<void> => {
    administrators.dropExpired()
    await signIns.sweep()
    for (const row of await store.overdue()) {
      touch(row.id)
      await end(parts, row.id, 'expired', { halt: () => halt(row.id) })
    }
  }

  return {
    clouds: () => cloudViews(clouds),
    detectCloud: ({ domain }) => detectCloud(microsoft, domain, closing.signal),
    permissions: (cloudId, workloads, restore) => {
      const cloud = clouds.find(({ id }) => id === cloudId)
      return permissionViews(cloud ?? requireMethod(clouds, cloudId, 'credential'), workloads, restore)
    },
    start: async (input, operatorId) => {
      const { cloud, method } = chosenMethod(clouds, input.cloud, input.method)
      requireWorkloads(cloud, input.workloads)
      const row = await store.insert({
        operator_id: operatorId,
        method,
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
    requireState: async (id, states) => {
      const { state } = await store.read(id)
      if (!states.includes(state)) throw fail('ONB_WRONG_STATE', { state })
    },
    signIn: async (id, sessionId, { selectAccount = false, returnTo }, origin = consoleOrigin()) => {
      const before = await store.read(id)
      requireOwnStep(before, 'credential')
      const cloud = cloudOf(parts, before)
      const tenant = begunTenant(before)
      await clients.choose(cloud, origin)
      const row = await store.move(id, 'sign-in-started', { approval: null, error: null })
      if (!row) return store.refuse(id)
      administrators.drop(id)
      const subject = { kind: 'onboarding', id } as const
      const browser = { sessionId, origin: returnTo === undefined ? origin : new URL(returnTo).origin }
      return startBrowserSignIn(parts, { subject, cloud, browser, tenant, selectAccount })
    },
    completeSignIn: async (answer, sessionId, origin) =>
      view(await goOn(await completeSignIn(parts, answer, sessionId, origin))),
    deviceCode: async (id) => {
      touch(id)
      return view(await showCode(parts, id))
    },
    checkDeviceCode: async (id) => {
      await deviceCodes.check(id)
      return view(await store.read(id))
    },
    giveDetails: async (id, details) => {
      touch(id)
      return view(await giveDetails(parts, id, details))
    },
    makeCertificate: async (id, input) => {
      touch(id)
      return view(await makeOwnCertificate(parts, id, input))
    },
    certificate: async (id) => {
      const { certificate_pem: certificatePem } = await store.read(id)
      if (certificatePem === null) throw fail('ONB_NO_CERTIFICATE')
      return certificatePem
    },
    registrationGuide: async (id, kind) => registrationGuide(parts, await store.read(id), kind),
    grant: async (id, sessionId) => {
      const { customer_session: customer } = await store.read(id)
      if (customer !== null && customer !== sessionId) throw fail('ONB_GRANT_BY_CUSTOMER')
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
      // A password that somebody typed is shown to nobody.
      const ours = row.method !== 'manual' && credential?.kind === 'password'
      if (row.state !== 'completing' || row.password_revealed || !ours) {
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
        const event = eventAtStart(row.state, row.method)
        if (event) await store.move(row.id, event, { notice: noticeAtStart(event) })
      }
      for (const row of await store.uncleaned()) {
        if (!touched.has(row.id)) await cleanUp(parts, row)
      }
      recovered = true
      touched.clear()
    },
    sweep,
    startSweeper: () => {
      sweeper = sweepForever(microsoft, closing.signal, sweep)
    },
    close: async () => {
      closing.abort(new Interrupted())
      await Promise.all([sweeper, granting.settled(), deviceCodes.settled()])
    },
  }
}

function noticeAtStart(event: OnboardingEvent): string {
  if (event === 'code-ended') return "The server was restarted. Choose 'New code'."
  return event === 'verification-interrupted' ? "The server was restarted. Choose 'Save' again." : signInAgain
}
