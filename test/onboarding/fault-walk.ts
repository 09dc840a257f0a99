/**
 * Walks an onboarding again and again; each time another request of it fails once, in another way. The operator in it does
 * what the console offers: signs in again, grants, saves again, and cancels what cannot go on.
 */
import assert from 'node:assert/strict'
import type { cloudNames } from '../../simulator/tenant/index.ts'
import type { AddMethod, CredentialKind, OnboardingView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import {
  applications,
  enterCodeAs,
  grantedRoles,
  type Lab,
  operatorId,
  signInAs,
  start,
  until,
} from './lab.ts'
import { type Registered, registerByHand } from './manual.ts'

/** Troubles of a request. `lost`: what was asked for is done, and the connection breaks before the answer. */
export const troubles = ['throttled', 'server-error', 'reset', 'timeout', 'replication', 'lost'] as const
export type Trouble = (typeof troubles)[number]

export interface Way {
  readonly method: AddMethod
  readonly cloud: (typeof cloudNames)[number]
  readonly credentialKind: CredentialKind
  /** `cancel`: the operator gives up when the application is ready, and it has to be taken back. */
  readonly end: 'save' | 'cancel'
}

export interface Walked {
  readonly view: OnboardingView
  /** Errors that the operator was told on the way, as codes. */
  readonly told: readonly string[]
  readonly requests: readonly string[]
}

const administrator = 'Global Administrator'
/** The server does not poll meanwhile, so that a walk has the same requests each time; after a trouble it waits for less. */
const pollMs = 5_000
/** More turns than any of this takes. */
const patience = 12

/** Makes the n-th request from now on fail once. */
export async function fail(
  lab: Lab,
  { cloud }: Pick<Way, 'cloud'>,
  nth: number,
  trouble: Trouble,
): Promise<void> {
  let count = 0
  // Nobody answers that one, so nobody should wait for long: a time limit in the place of the clock. On a busy machine it is enough to
  // connect: a request that never arrives would leave the trouble to the next one, with the product's own limit. Other clouds, which
  // are asked on the way to an organization's own, have their own requests.
  lab.alter = (exchange, asked) => {
    if (asked.id !== cloud) return exchange
    count += 1
    return trouble === 'timeout' && count === nth ? { ...exchange, timeoutMs: 250 } : exchange
  }
  const rule = { match: {}, nth, ...(trouble === 'lost' ? { loseAnswer: true } : { fault: trouble }) }
  await setFaults(lab, cloud, [rule])
}

/** Replaces the rules by which the simulated services of a cloud fail. */
export async function setFaults(lab: Lab, cloud: Way['cloud'], rules: unknown[]): Promise<void> {
  const answer = await fetch(`${lab.tenant(cloud).endpoints.pages}/_control/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  })
  assert.equal(answer.status, 200, await answer.text())
}

/** Everything as it was before the first walk. */
export async function cleanLab(lab: Lab, way: Pick<Way, 'cloud'>): Promise<void> {
  lab.alter = undefined
  await setFaults(lab, way.cloud, [])
  const { directory } = lab.tenant(way.cloud)
  directory.applications.splice(0)
  directory.servicePrincipals = directory.servicePrincipals.filter(({ appRoles }) => appRoles.length > 0)
  directory.assignments = []
  for (const table of ['onboardings', 'administrator_tasks', 'organizations'] as const)
    await lab.database.db.deleteFrom(table).execute()
  lab.simulator.clouds.get(way.cloud)?.log.reset()
}

/** What was asked of a cloud since its log was emptied. */
export function requestsOf(lab: Lab, { cloud }: Pick<Way, 'cloud'>): string[] {
  const { requests = [] } = lab.simulator.clouds.get(cloud)?.log.read() ?? {}
  return requests.map(({ server, method, route }) => `${server} ${method} ${route}`)
}

/** The fields of the Manual Process; a certificate is made here, and uploaded once. */
async function fillIn(lab: Lab, id: string, way: Way, { appId, secret, upload }: Registered): Promise<void> {
  const [tenant = ''] = lab.tenant(way.cloud).domains
  const details = { tenant, applicationId: appId }
  if (way.credentialKind === 'password') {
    const credential = { kind: 'password', applicationPassword: secret } as const
    await lab.onboardings.giveDetails(id, { ...details, credential })
    return
  }
  const { completion } = await lab.onboardings.makeCertificate(id, {})
  const known = lab
    .tenant(way.cloud)
    .directory.applications.some(({ keyCredentials }) => keyCredentials.length > 0)
  if (!known && completion?.certificateThumbprint) upload(await lab.onboardings.certificate(id))
  await lab.onboardings.giveDetails(id, details)
}

/** From the start to an end, or to where nothing goes on any more. */
export async function walk(lab: Lab, way: Way): Promise<Walked> {
  const told: string[] = []
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      // What is thrown must be of the catalogue: anything else is a mistake of ours.
      assert.ok(isAppError(error), String(error))
      told.push(error.code)
    }
  }
  const { id } = await start(lab, { ...way, restoreRights: false })
  const byHand =
    way.method === 'manual'
      ? registerByHand(lab.tenant(way.cloud), ['User.Read.All', 'Mail.Read'])
      : undefined
  if (way.credentialKind === 'certificate')
    for (const application of lab.tenant(way.cloud).directory.applications)
      application.passwordCredentials = []
  for (let turn = 0; turn < patience; turn += 1) {
    const view = await lab.onboardings.get(id)
    if (view.error && told.at(-1) !== view.error.code) told.push(view.error.code)
    switch (view.state) {
      case 'started':
      case 'signing-in':
      case 'code-shown':
      case 'need-admin-approval':
        await attempt(() =>
          byHand
            ? fillIn(lab, id, way, byHand)
            : way.method === 'credential'
              ? signInAs(lab, id, administrator)
              : enterCodeAs(lab, id, administrator, 'continue', pollMs),
        )
        break
      case 'awaiting-grant':
        await attempt(() => lab.onboardings.grant(id))
        break
      case 'creating':
        await until(lab, id, 'completing', 'failed', 'signing-in', 'code-shown')
        break
      case 'completing':
        await attempt(() =>
          byHand && !view.tenant
            ? fillIn(lab, id, way, byHand)
            : way.end === 'cancel'
              ? lab.onboardings.cancel(id)
              : lab.onboardings.save(id, { organizationName: 'Harbour' }, operatorId),
        )
        break
      case 'verifying':
        await until(lab, id, 'completing', 'saved', 'failed')
        break
      case 'failed':
      case 'cancelled':
        return { view: await until(lab, id, view.state), told, requests: requestsOf(lab, way) }
      default:
        return { view, told, requests: requestsOf(lab, way) }
    }
  }
  return { view: await lab.onboardings.get(id), told, requests: requestsOf(lab, way) }
}

/** A saved organization with one application, one credential and exactly its permissions; or nothing that is not listed. */
export async function assertClean(lab: Lab, way: Way, { view }: Walked, what: string): Promise<void> {
  const made =
    way.method === 'manual' ? lab.tenant(way.cloud).directory.applications : applications(lab, way.cloud)
  if (view.state !== 'saved') {
    assert.ok(view.state === 'failed' || way.end === 'cancel', `${what}: ${view.state}`)
    if (view.state === 'failed') assert.ok(view.error, what)
    for (const { appId } of made)
      assert.ok(
        view.leftovers.some((line) => line.includes(appId)),
        what,
      )
    return
  }
  assert.equal(made.length, 1, `${what}: one application`)
  const [application] = made
  const credentials = [...(application?.passwordCredentials ?? []), ...(application?.keyCredentials ?? [])]
  assert.equal(credentials.length, 1, `${what}: one credential`)
  const principals = lab
    .tenant(way.cloud)
    .directory.servicePrincipals.filter(({ appId }) => appId === application?.appId)
  assert.equal(principals.length, 1, `${what}: one service principal`)
  const { appId = '' } = application ?? {}
  assert.deepEqual(grantedRoles(lab, appId, way.cloud), ['Mail.Read', 'User.Read.All'], what)
  const organization = await lab.organizations.view(view.organizationId ?? '')
  assert.equal(organization.health[0]?.read, 'ok', what)
}

/**
 * One clean walk to learn the requests, then one walk for each request and trouble that `pick` wants.
 * @returns the number of walks after the clean one
 */
export async function walkThroughTroubles(
  lab: Lab,
  way: Way,
  pick: (nth: number, trouble: Trouble) => boolean,
): Promise<number> {
  await cleanLab(lab, way)
  const clean = await walk(lab, way)
  assert.deepEqual(clean.told, [], 'nothing goes wrong by itself')
  assert.equal(clean.view.state, way.end === 'save' ? 'saved' : 'cancelled')
  await assertClean(lab, way, clean, 'undisturbed')
  let walks = 0
  for (const [index, request] of clean.requests.entries()) {
    for (const trouble of troubles.filter((one) => pick(index + 1, one))) {
      await cleanLab(lab, way)
      await fail(lab, way, index + 1, trouble)
      const what = `${trouble} at request ${index + 1}, ${request}`
      await assertClean(lab, way, await walk(lab, way), what)
      walks += 1
    }
  }
  await cleanLab(lab, way)
  return walks
}
