/**
 * The walk through all troubles for what happens to an organization that is there: administrators' tasks and the rotation of its
 * certificate. Each time another request fails once, in another way; whoever looks afterwards finds an organization that works,
 * and in the tenant nothing but what is in use or is told to be left there.
 */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { CredentialKind, OrganizationView, StartTask, TaskView } from '../../src/contract/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import { cleanLab, fail, requestsOf, setFaults, type Trouble, troubles } from './fault-walk.ts'
import { applications, grantedRoles, type Lab, operatorId } from './lab.ts'
import { addedOrganization, signInForTask, taskUntil } from './task-lab.ts'

const cloud = 'global'
/** More turns than any of this takes. */
const patience = 12

export interface Ended {
  readonly state: string
  readonly error: unknown
  /** What is said to be left in the tenant, one sentence each. */
  readonly left: readonly string[]
}

export interface Errand {
  /** Makes what the errand needs; nothing fails meanwhile. */
  prepare(lab: Lab): Promise<OrganizationView>
  run(lab: Lab, organization: OrganizationView): Promise<Ended>
  /** What is to be seen in the tenant afterwards. */
  check(lab: Lab, before: OrganizationView, ended: Ended, what: string): Promise<void>
}

/**
 * One undisturbed errand to learn its requests, then one for each request and trouble that `pick` wants.
 * @returns the number of errands after the undisturbed one
 */
export async function walkErrand(
  lab: Lab,
  errand: Errand,
  pick: (nth: number, trouble: Trouble) => boolean = () => true,
): Promise<number> {
  await cleanLab(lab, { cloud })
  const again = await keep(lab, await errand.prepare(lab))
  const once = async (what: string, nth?: number, trouble?: Trouble): Promise<string[]> => {
    const organization = await again()
    if (nth && trouble) await fail(lab, { cloud }, nth, trouble)
    const ended = await errand.run(lab, organization)
    const requests = requestsOf(lab, { cloud })
    lab.alter = undefined
    await setFaults(lab, cloud, [])
    if (!trouble) assert.equal(ended.error, null, what)
    await errand.check(lab, organization, ended, `${what}: ${JSON.stringify(ended)}`)
    return requests
  }
  const requests = await once('undisturbed')
  const failures: string[] = []
  let walks = 0
  for (const [index, request] of requests.entries()) {
    for (const trouble of troubles.filter((one) => pick(index + 1, one))) {
      const what = `${trouble} at request ${index + 1}, ${request}`
      await once(what, index + 1, trouble).catch((error: unknown) => failures.push(String(error)))
      walks += 1
    }
  }
  await cleanLab(lab, { cloud })
  // All of them: where it fails shows a pattern that one of them does not.
  assert.deepEqual(failures, [], `${failures.length} of ${walks}`)
  return walks
}

/** Keeps the tenant and the organization as they are; the returned function makes them anew, the organization with an id of its own. */
async function keep(lab: Lab, { id }: OrganizationView): Promise<() => Promise<OrganizationView>> {
  const { db } = lab.database
  const { directory } = lab.tenant(cloud)
  const copy = () => ({
    applications: directory.applications.map((one) => ({
      ...one,
      owners: [...one.owners],
      passwordCredentials: one.passwordCredentials.map((password) => ({ ...password })),
      keyCredentials: one.keyCredentials.map((key) => ({ ...key })),
    })),
    servicePrincipals: directory.servicePrincipals.map((one) => ({ ...one })),
    assignments: directory.assignments.map((one) => ({ ...one })),
  })
  const kept = copy()
  await sql`create table kept as select * from organizations where id = ${id}`.execute(db)
  return async () => {
    await cleanLab(lab, { cloud })
    Object.assign(directory, kept)
    Object.assign(kept, copy())
    const fresh = randomUUID()
    await sql`update kept set id = ${fresh}`.execute(db)
    await sql`insert into organizations select * from kept`.execute(db)
    return lab.organizations.view(fresh)
  }
}

/** The operator does what the console offers: signs in, grants, and signs in again where that is asked for. */
async function operate(lab: Lab, organizationId: string, input: StartTask): Promise<TaskView> {
  const { id } = await lab.tasks.start(organizationId, input, operatorId)
  for (let turn = 0; turn < patience; turn += 1) {
    const { state } = await lab.tasks.get(id)
    try {
      if (state === 'awaiting-grant') await lab.tasks.grant(id)
      else if (state === 'running') await taskUntil(lab, id, 'done', 'failed', 'signing-in')
      else if (state === 'done' || state === 'failed') return await taskUntil(lab, id, state)
      else await signInForTask(lab, id)
    } catch (error) {
      // What is thrown must be of the catalogue: anything else is a mistake of ours.
      assert.ok(isAppError(error), String(error))
    }
  }
  return lab.tasks.get(id)
}

/** Ids of the certificates (SHA-256) and passwords that the application has in the tenant. */
function credentialsIn(lab: Lab): string[] {
  return applications(lab)
    .filter(({ deletedDateTime }) => deletedDateTime === null)
    .flatMap(({ passwordCredentials, keyCredentials }) => [
      ...passwordCredentials.map(({ keyId }) => keyId),
      ...keyCredentials.map(({ certificate }) =>
        createHash('sha256').update(certificate).digest('hex').toUpperCase(),
      ),
    ])
}

/** The organization's access works, by the one application and the one credential that there is. */
export async function assertWorking(lab: Lab, { id }: OrganizationView, what: string): Promise<void> {
  const { credential, health } = await lab.organizations.verify(id)
  assert.equal(health[0]?.read, 'ok', what)
  const alive = applications(lab).filter(({ deletedDateTime }) => deletedDateTime === null)
  assert.equal(alive.length, 1, `${what}: one application`)
  const row = await lab.database.db
    .selectFrom('organizations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const inUse = credential.kind === 'password' ? row.credential_key_id : credential.thumbprint
  assert.deepEqual(credentialsIn(lab), [inUse], `${what}: one credential`)
}

interface TaskErrand {
  readonly input: StartTask | ((lab: Lab) => StartTask)
  readonly credentialKind?: CredentialKind
  readonly restoreRights?: boolean
  /** What has happened in the tenant before. */
  readonly before?: (lab: Lab, organization: OrganizationView) => Promise<void>
  /** Permissions before, and after a success. */
  readonly roles: readonly [readonly string[], readonly string[]]
  /** Before, and when it does not succeed, the access does not work. */
  readonly broken?: boolean
}

export function taskErrand({
  input,
  credentialKind = 'password',
  restoreRights = false,
  before,
  roles,
  broken = false,
}: TaskErrand): Errand {
  return {
    prepare: async (lab) => {
      const organization = await addedOrganization(lab, { credentialKind, restoreRights })
      await before?.(lab, organization)
      return organization
    },
    run: async (lab, { id }) => {
      const { state, error, outcome } = await operate(
        lab,
        id,
        typeof input === 'function' ? input(lab) : input,
      )
      return { state, error, left: outcome?.left ?? [] }
    },
    check: async (lab, organization, { state, error, left }, what) => {
      assert.ok(state === 'done' || (state === 'failed' && error), what)
      const done = state === 'done'
      assert.deepEqual(left, [], what)
      if (done || !broken) await assertWorking(lab, organization, what)
      const { applicationId } = await lab.organizations.view(organization.id)
      assert.deepEqual(grantedRoles(lab, applicationId), roles[done ? 1 : 0], what)
    },
  }
}

/** Everything is gone from the tenant, or what is there is told. */
export const cleanExitErrand: Errand = {
  prepare: (lab) => addedOrganization(lab, { restoreRights: true }),
  run: async (lab, { id }) => {
    const { state, error, outcome } = await operate(lab, id, { kind: 'clean-exit' })
    return { state, error, left: outcome?.left ?? [] }
  },
  check: async (lab, { applicationId }, { state, error, left }, what) => {
    const { directory } = lab.tenant(cloud)
    const there = [
      ...applications(lab),
      ...directory.servicePrincipals.filter(({ appId }) => appId === applicationId),
    ]
    if (state === 'done') {
      assert.deepEqual(left, [], what)
      assert.deepEqual(there, [], what)
      return
    }
    assert.ok(state === 'failed' && error, what)
    if (there.length > 0) assert.ok(left.length > 0, what)
  },
}

export const rotationErrand: Errand = {
  prepare: (lab) => addedOrganization(lab, { credentialKind: 'certificate' }),
  run: async (lab, { id }) => {
    const { rotations } = lab.organizations
    await rotations.start(id, {}, operatorId)
    for (let night = 0; night < patience; night += 1) {
      await rotations.settled()
      const [row] = (await rotations.list(id, { limit: 1 })).items
      assert.ok(row)
      if (row.state === 'finished' || row.state === 'failed')
        return { state: row.state, error: row.error, left: row.leftovers }
      lab.clock.move(24 * 3_600_000)
      await rotations.resume()
    }
    return { state: 'open', error: null, left: [] }
  },
  check: async (lab, organization, { state, error, left }, what) => {
    assert.ok(state === 'finished' || (state === 'failed' && error), what)
    assert.deepEqual(left, [], what)
    await assertWorking(lab, organization, what)
  },
}
