/** What an administrator may do to the application behind the server's back, in the simulated tenant. */
import assert from 'node:assert/strict'
import { createHash, randomUUID, X509Certificate } from 'node:crypto'
import type { RunningSimulator } from '../../simulator/start.ts'
import { createdApplication, graphAppId, type Lab, operatorId } from '../onboarding/lab.ts'

/** The simulated tenant, and the time there. */
interface TenantSide {
  readonly simulator: RunningSimulator
  readonly clock: { now(): number }
}

/** From nothing to a saved organization; its id. */
export async function savedOrganization(
  lab: Lab,
  options: Parameters<typeof createdApplication>[1] = {},
): Promise<string> {
  const view = await createdApplication(lab, options)
  const saved = await lab.onboardings.save(view.id, { organizationName: 'Harbour' }, operatorId)
  return saved.organizationId ?? assert.fail('not saved')
}

/** The application that the server made last, and its service principal. */
export function ownApplication(lab: TenantSide) {
  const application = lab.simulator.tenant.directory.applications.findLast(
    ({ deletedDateTime, uniqueName }) => deletedDateTime === null && uniqueName?.startsWith('bdrcloud-'),
  )
  const principal = lab.simulator.tenant.directory.servicePrincipals.find(
    ({ appId }) => appId === application?.appId,
  )
  assert.ok(application)
  assert.ok(principal)
  return { application, principal }
}

function roleId(lab: TenantSide, value: string): { resourceId: string; appRoleId: string } {
  const graph = lab.simulator.tenant.directory.servicePrincipals.find(({ appId }) => appId === graphAppId)
  const role = graph?.appRoles.find((one) => one.value === value)
  assert.ok(graph && role, value)
  return { resourceId: graph.id, appRoleId: role.id }
}

/** Takes a granted permission away; returns the way back. */
export function revoke(lab: TenantSide, value: string): () => void {
  const { assignments } = lab.simulator.tenant.directory
  const { principal } = ownApplication(lab)
  const { appRoleId } = roleId(lab, value)
  const index = assignments.findIndex(
    (one) => one.principalId === principal.id && one.appRoleId === appRoleId,
  )
  assert.ok(index >= 0, value)
  const [taken] = assignments.splice(index, 1)
  return () => {
    if (taken) assignments.push(taken)
  }
}

/** Grants a permission that nobody asked for. */
export function grant(lab: TenantSide, value: string): void {
  lab.simulator.tenant.directory.assignments.push({
    id: randomUUID(),
    ...roleId(lab, value),
    principalId: ownApplication(lab).principal.id,
    createdDateTime: new Date(lab.clock.now()).toISOString(),
    effectiveAt: 0,
  })
}

/** A password that is not the server's. */
export function foreignPassword(lab: TenantSide, displayName: string) {
  const now = lab.clock.now()
  const password = {
    keyId: randomUUID(),
    displayName,
    hint: 'abc',
    startDateTime: new Date(now).toISOString(),
    endDateTime: new Date(now + 90 * 86_400_000).toISOString(),
    secretText: randomUUID(),
    usableAt: 0,
  }
  ownApplication(lab).application.passwordCredentials.push(password)
  return password
}

/** One of the simulator's levers. */
export async function control(lab: TenantSide, verb: string, body: object): Promise<void> {
  const answer = await fetch(`${lab.simulator.ready.control}/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  assert.equal(answer.status, 200, await answer.text())
}

/** Uploads the public part of a certificate to the application. */
export function uploadCertificate(lab: TenantSide, certificatePem: string): void {
  const { raw, validToDate } = new X509Certificate(certificatePem)
  const now = lab.clock.now()
  ownApplication(lab).application.keyCredentials.push({
    keyId: randomUUID(),
    displayName: 'uploaded',
    customKeyIdentifier: createHash('sha1').update(raw).digest('hex').toUpperCase(),
    startDateTime: new Date(now - 1000).toISOString(),
    endDateTime: validToDate.toISOString(),
    certificate: raw,
    usableAt: 0,
  })
}
