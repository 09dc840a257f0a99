/** Every route of the whole server, asked by every role, and what those reach who do not reach everything. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type {
  AccessToken,
  ApiTokenView,
  NewApiToken,
  OperatorLink,
  OperatorReach,
  OrganizationView,
  Page,
  Problem,
  Role,
  SessionView,
} from '../../src/contract/index.ts'
import { forPeopleOnly, routeRights } from '../../src/server/rights.ts'
import { createTestDatabase } from '../database.ts'
import { knownOrganization } from '../security/known-organization.ts'
import { post, startProcess, temporaryFolder, tokenOf } from './server-process.ts'

const owner = { userName: 'ada', password: 'correct horse battery' }
const roles: Role[] = ['owner', 'administrator', 'backup-operator', 'restore-operator', 'auditor']

/** Written by hand, apart from the table of the product: what a person would be alarmed to see changed. */
const expected: Readonly<Record<string, readonly Role[]>> = {
  listOrganizations: roles,
  startOnboarding: ['owner', 'administrator'],
  grantOnboarding: ['owner', 'administrator'],
  revealApplicationPassword: ['owner', 'administrator'],
  createCustomerLink: ['owner', 'administrator'],
  startAdministratorTask: ['owner', 'administrator'],
  startRotation: ['owner', 'administrator'],
  removeOrganization: ['owner', 'administrator'],
  deleteBackups: ['owner', 'administrator'],
  getProtection: roles,
  saveProtection: ['owner', 'administrator'],
  listDirectoryUsers: ['owner', 'administrator'],
  startRun: ['owner', 'administrator', 'backup-operator'],
  cancelRun: ['owner', 'administrator', 'backup-operator'],
  listRuns: ['owner', 'administrator', 'backup-operator', 'auditor'],
  listMailboxes: ['owner', 'restore-operator'],
  searchMails: ['owner', 'restore-operator'],
  getMail: ['owner', 'restore-operator'],
  previewMail: ['owner', 'restore-operator'],
  downloadAttachment: ['owner', 'restore-operator'],
  downloadEml: ['owner', 'restore-operator'],
  listOutlookItems: ['owner', 'restore-operator'],
  searchOutlookItems: ['owner', 'restore-operator'],
  getOutlookItem: ['owner', 'restore-operator'],
  previewOutlookItem: ['owner', 'restore-operator'],
  downloadOutlookItem: ['owner', 'restore-operator'],
  listDrives: ['owner', 'restore-operator'],
  listFiles: ['owner', 'restore-operator'],
  searchFiles: ['owner', 'restore-operator'],
  getFile: ['owner', 'restore-operator'],
  previewFile: ['owner', 'restore-operator'],
  downloadFile: ['owner', 'restore-operator'],
  listFileVersions: ['owner', 'restore-operator'],
  downloadFileVersion: ['owner', 'restore-operator'],
  createExport: ['owner', 'restore-operator'],
  downloadExport: ['owner', 'restore-operator'],
  createRestore: ['owner', 'restore-operator'],
  listRestoreItems: ['owner', 'restore-operator'],
  listRestores: roles,
  getRecoveryKit: ['owner'],
  confirmRecoveryKit: ['owner'],
  rotateSecrets: ['owner'],
  revealRepositoryPassword: ['owner'],
  createResticAccess: ['owner'],
  getSignInSettings: ['owner', 'administrator', 'auditor'],
  saveSignInClient: ['owner', 'administrator'],
  listOperators: ['owner', 'auditor'],
  getSingleSignOn: ['owner', 'administrator', 'auditor'],
  saveSingleSignOn: ['owner'],
  listApiTokens: ['owner', 'auditor'],
  revokeApiToken: ['owner'],
  inviteOperator: ['owner'],
  createOperatorLink: ['owner'],
  changeOperator: ['owner'],
  removeOperator: ['owner'],
  removeSecondFactors: ['owner'],
  setSecondFactor: ['owner'],
}

const neverByToken: ReadonlySet<string> = new Set(['operators.manage', 'vault.secrets', 'approvals.decide'])

type Call = (method: string, path: string, body?: unknown) => Promise<Response>

interface Console {
  readonly address: string
  /** As the operator of a role, by a bearer token. */
  as(role: Role, reach?: OperatorReach): Promise<Call>
  /** By an API token that the first operator, an owner, made with a role. */
  withToken(role: Role, organizationIds?: string[]): Promise<Call & { readonly id: string }>
}

async function start(t: TestContext, environment: Record<string, string> = {}): Promise<Console> {
  const server = await startProcess(t, join(temporaryFolder(t), 'data'), [], environment)
  const { address, setupLink } = server
  await post(address, '/setup/operator', { ...owner, token: tokenOf(setupLink) })
  const calling =
    (token: string): Call =>
    (method, path, body) =>
      fetch(`${address}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      })
  const caller = async (credentials: object): Promise<Call> => {
    const answer = await post(address, '/session/token', credentials)
    return calling(((await answer.json()) as AccessToken).token)
  }
  const first = await caller(owner)
  return {
    address,
    as: async (role, reach = null) => {
      const userName = `${role}-${randomUUID().slice(0, 8)}`
      const invited = await first('POST', '/operators', { userName, role, reach })
      assert.equal(invited.status, 201, await invited.clone().text())
      const { token, address: page } = (await invited.json()) as OperatorLink
      assert.equal(page, `${address}/welcome#token=${token}`)
      const password = 'chosen by the operator'
      const accepted = await post(address, '/operator-links/accept', { token, password })
      assert.equal(((await accepted.json()) as SessionView).operator.role, role)
      return caller({ userName, password })
    },
    withToken: async (role, organizationIds) => {
      const body = {
        name: 'a script',
        role,
        organizationIds: organizationIds ?? null,
        proof: { password: owner.password },
      }
      const made = await first('POST', '/account/api-tokens', body)
      assert.equal(made.status, 201, await made.clone().text())
      const { token, view } = (await made.json()) as NewApiToken
      return Object.assign(calling(token), { id: view.id })
    },
  }
}

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
}

interface Description {
  readonly paths: Readonly<
    Record<string, Record<string, { operationId: string; security?: unknown[]; requestBody?: unknown }>>
  >
}

async function guardedOperations(call: Call): Promise<Operation[]> {
  const description = (await (await call('GET', '/openapi.json')).json()) as Description
  return Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security === undefined)
      .map(([method, { operationId }]) => ({
        id: operationId,
        method: method.toUpperCase(),
        // Nothing is there, so that what is allowed does no harm.
        path: path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '5b1f31a8-4f5b-4c6b-9b0a-0a6d5d8d7c11'),
      })),
  )
}

const code = async (answer: Response): Promise<string> => {
  const type = answer.headers.get('content-type') ?? ''
  if (answer.status < 400 || !type.includes('problem+json')) {
    await answer.body?.cancel()
    return String(answer.status)
  }
  return ((await answer.json()) as Problem).code
}

test('every role is let through where its rights lead, and nowhere else', async (t) => {
  const server = await start(t)
  const operations = await guardedOperations(await server.as('owner'))
  const customers = new Set(['getCustomerView', 'signInAsCustomer', 'grantAsCustomer', 'declineAsCustomer'])
  const walked = operations.filter(({ id }) => !customers.has(id) && id !== 'signOut')
  const forgotten = walked.filter(({ id }) => routeRights[id] === undefined).map(({ id }) => id)
  assert.deepEqual(forgotten, [], 'routes without a right are for owners alone; say so in rights.ts')
  const known = new Set(operations.map(({ id }) => id))
  assert.deepEqual(
    Object.keys(routeRights).filter((id) => !known.has(id)),
    [],
    'rights of routes that do not exist',
  )

  const allowed = new Map<string, Role[]>()
  for (const role of roles) {
    const call = await server.as(role)
    for (const { id, method, path } of walked) {
      const answer = await code(await call(method, path))
      assert.notEqual(answer, 'SRV_NOT_SIGNED_IN', `${role} ${id}`)
      assert.notEqual(answer, 'SRV_INTERNAL', `${role} ${id}`)
      if (answer !== 'SRV_NOT_ALLOWED') allowed.set(id, [...(allowed.get(id) ?? []), role])
    }
  }
  for (const [id, who] of Object.entries(expected)) assert.deepEqual(allowed.get(id), who, id)
  for (const { id } of walked) {
    assert.ok(allowed.get(id)?.includes('owner'), `an owner may ${id}`)
  }
})

test('a token is let through where its role leads, but to nothing that is for people', async (t) => {
  const server = await start(t)
  const person = await server.as('owner')
  const description = (await (await person('GET', '/openapi.json')).json()) as Description
  const asking = Object.values(description.paths).flatMap((operations) =>
    Object.values(operations)
      .filter(({ requestBody }) => JSON.stringify(requestBody ?? {}).match(/"(operatorPassword|proof)"/))
      .map(({ operationId }) => operationId),
  )
  assert.ok(asking.length > 4)
  assert.deepEqual(
    asking.filter((id) => !forPeopleOnly.has(id) && !neverByToken.has(routeRights[id]?.[0] ?? '')),
    [],
    'what asks for the password again is for people only',
  )
  const operations = await guardedOperations(person)
  assert.deepEqual(
    [...forPeopleOnly].filter((id) => !operations.some((one) => one.id === id)),
    [],
    'routes for people that do not exist',
  )
  const customers = new Set(['getCustomerView', 'signInAsCustomer', 'grantAsCustomer', 'declineAsCustomer'])
  for (const role of roles) {
    const call = await server.withToken(role)
    for (const { id, method, path } of operations) {
      if (customers.has(id)) continue
      const right = routeRights[id]?.[0]
      const answer = await code(await call(method, path))
      assert.ok(
        !['SRV_INTERNAL', 'SRV_NOT_SIGNED_IN', 'SRV_NOT_ALLOWED'].includes(answer),
        `${role} ${id} ${answer}`,
      )
      const expectedAnswer = forPeopleOnly.has(id)
        ? 'SRV_NOT_BY_TOKEN'
        : neverByToken.has(right ?? '') || (expected[id] !== undefined && !expected[id].includes(role))
          ? 'SRV_TOKEN_NOT_ALLOWED'
          : null
      if (expectedAnswer === null) {
        assert.notEqual(answer, 'SRV_NOT_BY_TOKEN', `${role} ${id}`)
        if (expected[id]) assert.notEqual(answer, 'SRV_TOKEN_NOT_ALLOWED', `${role} ${id}`)
      } else assert.equal(answer, expectedAnswer, `${role} ${id}`)
    }
    if (role === 'owner') {
      assert.equal(await code(await person('DELETE', `/api-tokens/${call.id}`)), '204')
      assert.equal(await code(await call('GET', '/status')), 'SRV_NOT_SIGNED_IN', 'revoked by another owner')
    }
  }
  const left = (await (await person('GET', '/api-tokens')).json()) as Page<ApiTokenView>
  assert.deepEqual(
    left.items.map(({ role, lastUsedAt }) => [role, lastUsedAt !== null]),
    roles
      .filter((role) => role !== 'owner')
      .toReversed()
      .map((role) => [role, true]),
  )
})

test('who reaches one organization, or some of its mailboxes, meets nothing of the others', async (t) => {
  const database = await createTestDatabase()
  const server = await start(t, { DATABASE_URL: database.url })
  t.after(database.drop)
  const mine = await knownOrganization(database.db, 2)
  const other = await knownOrganization(database.db, 1)
  const [mailbox = '', hidden = ''] = mine.mailboxIds

  const token = await server.withToken('administrator', [mine.id])
  const reached = (await (await token('GET', '/organizations')).json()) as Page<OrganizationView>
  assert.deepEqual(
    reached.items.map(({ id }) => id),
    [mine.id],
  )
  assert.equal(await code(await token('GET', `/organizations/${other.id}`)), 'SRV_OUT_OF_REACH')

  const administrator = await server.as('administrator', [{ organizationId: mine.id, mailboxIds: null }])
  const listed = (await (await administrator('GET', '/organizations')).json()) as Page<OrganizationView>
  assert.deepEqual(
    listed.items.map(({ id }) => id),
    [mine.id],
  )
  assert.equal(listed.total, 1)
  assert.equal((await administrator('GET', `/organizations/${mine.id}`)).status, 200)
  const beyond = [
    ['GET', `/organizations/${other.id}`],
    ['PATCH', `/organizations/${other.id}`],
    ['GET', `/organizations/${other.id}/runs`],
    ['POST', `/organizations/${other.id}/removal`],
    // Not of one organization: adding one would widen what is reached, settings are everybody's.
    ['POST', '/onboardings'],
    ['PUT', '/settings/sign-in/external-address'],
  ] as const
  for (const [method, path] of beyond) {
    assert.equal(await code(await administrator(method, path)), 'SRV_OUT_OF_REACH', `${method} ${path}`)
  }

  // Spellings that are looked up nowhere do not get past the question either.
  for (const id of [
    `urn:uuid:${other.id}`,
    `%7B${other.id}%7D`,
    other.id.toUpperCase(),
    other.id.replaceAll('-', ''),
  ]) {
    assert.equal(await code(await administrator('GET', `/organizations/${id}`)), 'SRV_OUT_OF_REACH', id)
  }

  const restorer = await server.as('restore-operator', [{ organizationId: mine.id, mailboxIds: [mailbox] }])
  assert.equal((await restorer('GET', `/organizations/${mine.id}`)).status, 200)
  for (const path of [`/mailboxes/${hidden}/folders`, `/mailboxes/${other.mailboxIds[0]}/items`]) {
    assert.equal(await code(await restorer('GET', path)), 'SRV_OUT_OF_REACH', path)
  }
  assert.notEqual(await code(await restorer('GET', `/mailboxes/${mailbox}/folders`)), 'SRV_OUT_OF_REACH')
  const answer = await restorer('POST', `/organizations/${mine.id}/exports`, {
    selection: { mailbox: hidden },
  })
  assert.equal(await code(answer), 'CAT_MAILBOX_UNKNOWN')

  const nobody = await server.as('auditor', [])
  assert.deepEqual(((await (await nobody('GET', '/organizations')).json()) as Page<unknown>).items, [])
  assert.equal(await code(await nobody('GET', `/organizations/${mine.id}`)), 'SRV_OUT_OF_REACH')
})
