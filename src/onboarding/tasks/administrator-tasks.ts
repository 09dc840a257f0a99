/**
 * What needs an administrator's Microsoft sign-in on an organization that exists, as a service: a task is a persisted record; every verb
 * may be called at any time and either moves the record or says why not. The administrator's token lives in this process only: after
 * a restart the task asks for a new sign-in and goes on where it was.
 *
 * Write order: what is about to be asked for is noted before the request to Microsoft; what Microsoft answered right after it; the
 * organization's own record when the tenant has it; the task's state last.
 */
import { randomBytes } from 'node:crypto'
import type {
  Page,
  PageQuery,
  SignInAddress,
  StartSignIn,
  StartTask,
  TaskView,
} from '../../contract/index.ts'
import { cloudOf, readOrganization, requireActive, toProblem } from '../../organizations/index.ts'
import { createAdministrators } from '../administrators.ts'
import { startBrowserSignIn } from '../browser-sign-in.ts'
import { createDeviceCodes } from '../device-codes.ts'
import { requireMethod } from '../methods.ts'
import type { OnboardingOptions } from '../onboardings.ts'
import { Interrupted } from '../run-steps.ts'
import { createSignIns } from '../sign-in.ts'
import type { SignInReturn } from '../sign-in-return.ts'
import { sweepForever } from '../sweeper.ts'
import { admit, type TaskAdmission } from './admission.ts'
import type { TaskParts } from './context.ts'
import { showTaskCode } from './device-code.ts'
import { cleanUp, end } from './ending.ts'
import { taskKinds } from './kinds/index.ts'
import { createTaskRunning, signInAgain } from './running.ts'
import { completeTaskSignIn } from './sign-in-return.ts'
import { createTaskStore } from './store.ts'
import { type TaskRow, taskView } from './view.ts'

export interface AdministratorTasks {
  /** @throws ORG_NOT_FOUND, TSK_END_INVALID, TSK_NOTHING_TO_ADD, TSK_ALREADY_CERTIFICATE */
  start(organizationId: string, input: StartTask, operatorId: string): Promise<TaskView>
  /** Those of one organization, newest first. @throws ORG_NOT_FOUND */
  list(organizationId: string, page: PageQuery): Promise<Page<TaskView>>
  /** @throws TSK_NOT_FOUND */
  get(id: string): Promise<TaskView>
  /**
   * Where to send the browser.
   * @param origin of the console in it; that on localhost when it is not said
   * @throws TSK_WRONG_STATE, ONB_METHOD_UNAVAILABLE, SGN_NOT_FROM_HERE, MicrosoftError when Microsoft cannot be reached
   */
  signIn(id: string, sessionId: string, input: StartSignIn, origin?: string): Promise<SignInAddress>
  /** The browser's return. @throws ONB_SIGN_IN_UNKNOWN */
  completeSignIn(answer: SignInReturn, sessionId: string): Promise<TaskView>
  /** Asks Microsoft for a one-time code and shows it. @throws TSK_WRONG_STATE, MicrosoftError */
  deviceCode(id: string): Promise<TaskView>
  /** Asks at once whether somebody has signed in with the code. */
  checkDeviceCode(id: string): Promise<TaskView>
  /** 'Grant Access': starts the steps and returns. @throws TSK_WRONG_STATE, TSK_BUSY */
  grant(id: string): Promise<TaskView>
  /** Ends the task and takes back what it changed. @throws TSK_WRONG_STATE */
  cancel(id: string): Promise<TaskView>
  /** Puts right what an earlier process left; to be called once, when the server starts. */
  recover(): Promise<void>
  /** Ends what nobody moved for an hour. */
  sweep(): Promise<void>
  /** Sweeps every minute until `close`. */
  startSweeper(): void
  /** Stops the steps under way where they are; they go on after a new sign-in. */
  close(): Promise<void>
}

export function createAdministratorTasks(options: OnboardingOptions): AdministratorTasks {
  const { db, secrets, microsoft, organizations, events, instanceName, consoleOrigin, clients } = options
  const { clock, clouds } = microsoft
  const closing = new AbortController()
  const view = (row: TaskRow): TaskView => taskView(row, deviceCodes.shown(row.id))
  const store = createTaskStore(db, clock, (row) => {
    events.publish({ topic: 'administrator-task', view: view(row) })
  })
  const administrators = createAdministrators(clock)
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
  const parts: TaskParts = {
    db,
    store,
    secrets,
    microsoft,
    organizations,
    administrators,
    signIns: createSignIns(db, secrets, clock),
    clients,
    deviceCodes,
    instanceName,
    consoleOrigin,
    closing: closing.signal,
  }
  const running = createTaskRunning(parts)
  const { halt } = running
  /** Ended by this process: their taking back is not to be taken for one that was interrupted. */
  const ended = new Set<string>()
  const endTask = (id: string, event: 'cancelled' | 'expired'): Promise<TaskRow | undefined> => {
    ended.add(id)
    return end(parts, id, event, { halt: () => halt(id) })
  }
  const sweep = async (): Promise<void> => {
    administrators.dropExpired()
    for (const { id } of await store.overdue()) await endTask(id, 'expired')
  }
  let sweeper: Promise<void> = Promise.resolve()

  /** Goes on when the same account had confirmed before an interruption; else 'Grant Access' asks. */
  const goOn = async ({ row, goOn: confirmed }: TaskAdmission): Promise<TaskRow> => {
    if (!confirmed) return row
    try {
      return await running.grant(row.id)
    } catch (error) {
      const problem = JSON.stringify(toProblem(error))
      return (await store.amend(row.id, 'awaiting-grant', { error: problem })) ?? row
    }
  }

  return {
    start: async (organizationId, input, operatorId) => {
      const organization = await readOrganization(db, organizationId)
      // What is removed, or about to be, can only be cleaned up.
      if (input.kind !== 'clean-exit') requireActive(organization)
      const cloud = cloudOf(microsoft, organization)
      taskKinds[input.kind].check(organization, input, { cloud, now: clock.now() })
      const credentialKind = wantedCredential(input) ?? organization.credential_kind
      const row = await store.insert({
        organization_id: organizationId,
        organization_name: organization.name,
        operator_id: operatorId,
        cloud: organization.cloud,
        kind: input.kind,
        input: JSON.stringify({
          ...(input.kind === 'add-workloads' && { workloads: input.workloads }),
          ...(input.kind === 'grant-optional' && { access: input.access }),
          ...(input.kind === 'grant-restore' && { endsAt: input.endsAt }),
        }),
        state: 'started',
        tenant: JSON.stringify({
          id: organization.tenant_id,
          name: organization.name,
          defaultDomain: organization.default_domain,
        }),
        account_ids: '[]',
        changes: '[]',
        steps: '[]',
        granted: '[]',
        unique_name: `bdrcloud-${randomBytes(16).toString('hex')}`,
        application_requested: false,
        application_object_id: organization.application_object_id,
        application_id: organization.application_id,
        service_principal_id: organization.service_principal_id,
        requested_credential: credentialKind,
        credential_kind: credentialKind,
        cleanup: 'none',
      })
      return view(row)
    },
    list: async (organizationId, page) => {
      await organizations.get(organizationId)
      const { rows, nextCursor } = await store.list(organizationId, page)
      return { items: rows.map(view), nextCursor }
    },
    get: async (id) => view(await store.read(id)),
    signIn: async (id, sessionId, { selectAccount = false }, origin = consoleOrigin()) => {
      const before = await store.read(id)
      const cloud = requireMethod(clouds, before.cloud, 'credential')
      await clients.choose(cloud, origin)
      const row = await store.move(id, 'sign-in-started', { approval: null, error: null })
      if (!row) return store.refuse(id)
      administrators.drop(id)
      deviceCodes.forget(id)
      const subject = { kind: 'task', id } as const
      const browser = { sessionId, origin }
      return startBrowserSignIn(parts, { subject, cloud, browser, tenant: row.tenant.id, selectAccount })
    },
    completeSignIn: async (answer, sessionId) =>
      view(await goOn(await completeTaskSignIn(parts, answer, sessionId))),
    deviceCode: async (id) => view(await showTaskCode(parts, id)),
    checkDeviceCode: async (id) => {
      await deviceCodes.check(id)
      return view(await store.read(id))
    },
    grant: async (id) => view(await running.grant(id)),
    cancel: async (id) => view((await endTask(id, 'cancelled')) ?? (await store.refuse(id))),
    recover: async () => {
      for (const row of await store.open()) {
        if (administrators.get(row.id) || deviceCodes.shown(row.id)) continue
        if (isLost(row)) await store.move(row.id, 'token-lost', { notice: signInAgain })
        if (row.state === 'code-shown') await store.move(row.id, 'code-ended', { notice: newCode })
      }
      for (const row of await store.uncleaned()) if (!ended.has(row.id)) await cleanUp(parts, row)
      ended.clear()
    },
    sweep,
    startSweeper: () => {
      sweeper = sweepForever(microsoft, closing.signal, sweep)
    },
    close: async () => {
      closing.abort(new Interrupted())
      await Promise.all([sweeper, running.settled(), deviceCodes.settled()])
    },
  }
}

const newCode = "The server was restarted. Choose 'New code'."

/** States that live on a token which did not survive. */
function isLost({ state }: TaskRow): boolean {
  return state === 'awaiting-grant' || state === 'running'
}

function wantedCredential(input: StartTask) {
  if (input.kind === 'upgrade-certificate') return 'certificate'
  return input.kind === 'repair' ? input.credentialKind : undefined
}
