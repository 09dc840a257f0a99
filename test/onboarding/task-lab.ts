/** Administrators' tasks on an organization that an onboarding has added. */
import type { OrganizationView, StartTask, TaskView } from '../../src/contract/index.ts'
import { signIn } from './browser.ts'
import { createdApplication, type Lab, operatorId, sessionId, type start } from './lab.ts'

/** From nothing to a saved organization. */
export async function addedOrganization(
  lab: Lab,
  options: Parameters<typeof start>[1] = {},
): Promise<OrganizationView> {
  const view = await createdApplication(lab, options)
  const saved = await lab.onboardings.save(view.id, { organizationName: 'Harbour' }, operatorId)
  return lab.organizations.view(saved.organizationId ?? '')
}

/** An end of restore rights, this many minutes from now. */
export function inMinutes(lab: Lab, minutes: number): string {
  return new Date(lab.clock.now() + minutes * 60_000).toISOString()
}

/** The browser's whole way for a task: to Microsoft as that person, and back to the console. */
export async function signInForTask(lab: Lab, id: string, role = 'Global Administrator'): Promise<TaskView> {
  const { authorizationUrl } = await lab.tasks.signIn(id, sessionId, {})
  const landing = await signIn(authorizationUrl, lab.persona(role))
  if (landing.kind !== 'returned') throw new Error('the browser stayed at Microsoft')
  return lab.tasks.completeSignIn(
    {
      state: landing.query.get('state') ?? '',
      code: landing.query.get('code') ?? undefined,
      error: landing.query.get('error') ?? undefined,
    },
    sessionId,
  )
}

/** Waits until the task is in one of the states, and in an ended one until everything is taken back. */
export async function taskUntil(lab: Lab, id: string, ...states: TaskView['state'][]): Promise<TaskView> {
  for (let tries = 0; tries < 2000; tries++) {
    const view = await lab.tasks.get(id)
    if (states.includes(view.state) && !view.notice?.startsWith('Taking back')) return view
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`still ${(await lab.tasks.get(id)).state}, expected ${states.join(' or ')}`)
}

/** Starts a task and takes it to 'Grant Access'. */
export async function awaitingGrant(
  lab: Lab,
  organizationId: string,
  input: StartTask,
  role?: string,
): Promise<TaskView> {
  const { id } = await lab.tasks.start(organizationId, input, operatorId)
  return signInForTask(lab, id, role)
}

/** A task from its start to its end, whatever that is. */
export async function runTask(
  lab: Lab,
  organizationId: string,
  input: StartTask,
  role?: string,
): Promise<TaskView> {
  const { id } = await awaitingGrant(lab, organizationId, input, role)
  await lab.tasks.grant(id)
  return taskUntil(lab, id, 'done', 'failed', 'signing-in')
}

/** The changes in short: `grant Mail.ReadWrite`, `remove credential`. */
export function changesOf({ changes }: Pick<TaskView, 'changes'>): string[] {
  return changes.map(({ action, subject, permission }) => `${action} ${permission?.value ?? subject}`)
}
