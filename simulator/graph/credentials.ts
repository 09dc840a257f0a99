/** Secrets and keys of an application: addPassword, removePassword, and rolling keys by proof of possession. */
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jwtVerify } from 'jose'
import { type Application, lagOf, type PasswordCredential, type Tenant } from '../tenant/index.ts'
import { checkNewKeys, checkNewPassword, typeNotAllowed } from './app-policies.ts'
import { keyJson, passwordJson } from './application-json.ts'
import { findApplication } from './applications.ts'
import { requireMayManage } from './authority.ts'
import { badRequest, GraphError, requestDenied } from './errors.ts'
import { invalidLifetime, readKeyCredential } from './key-credentials.ts'
import { type Json, jsonBody, textOf } from './odata.ts'
import { requirePermission } from './permissions.ts'

const DAY = 86_400_000
/** Audience of a proof: the retired Azure AD Graph, whose id lives on here. */
const proofAudience = '00000002-0000-0000-c000-000000000000'

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}

function newSecret(
  tenant: Tenant,
  request: FastifyRequest,
  application: Application,
  wanted: Json,
): PasswordCredential {
  const { passwordsAllowed, passwordMaximumDays } = tenant.policies
  if (!passwordsAllowed) {
    throw typeNotAllowed()
  }
  const now = tenant.clock.now()
  const start = wanted['startDateTime'] === undefined ? now : Date.parse(textOf(wanted['startDateTime']))
  const end =
    wanted['endDateTime'] === undefined ? now + 730 * DAY : Date.parse(textOf(wanted['endDateTime']))
  if (Number.isNaN(start) || Number.isNaN(end) || end <= start) {
    throw badRequest("Invalid value specified for property 'endDateTime' of resource 'PasswordCredential'.")
  }
  if (passwordMaximumDays !== undefined && end - start > passwordMaximumDays * DAY) throw invalidLifetime()
  checkNewPassword(tenant, request, application, end - start)
  // Entra's secrets hold `~`, `.`, `-` and `_`, which clients must encode right.
  const text = randomBytes(27).toString('base64url')
  const secretText = `${text.slice(0, 3)}8Q~${text.slice(3, 20)}.${text.slice(20)}`
  return {
    keyId: randomUUID(),
    displayName: typeof wanted['displayName'] === 'string' ? wanted['displayName'] : null,
    hint: secretText.slice(0, 3),
    startDateTime: new Date(start).toISOString(),
    endDateTime: new Date(end).toISOString(),
    secretText,
    usableAt: now + lagOf(tenant, 'password'),
  }
}

/** A proof is signed with a valid certificate of the application itself; it replaces any permission. Throws 401/403. */
async function checkProof(
  tenant: Tenant,
  request: FastifyRequest,
  application: Application,
  proof: unknown,
): Promise<void> {
  if (request.caller.appId !== application.appId && request.caller.kind === 'app') {
    requirePermission(request, 'POST /applications/{id}/addKey')
  }
  const now = tenant.clock.now()
  for (const credential of application.keyCredentials) {
    if (credential.usableAt > now || Date.parse(credential.endDateTime) <= now) continue
    const verified = await jwtVerify(textOf(proof), new X509Certificate(credential.certificate).publicKey, {
      audience: proofAudience,
      issuer: application.id,
      currentDate: new Date(now),
      clockTolerance: 60,
      requiredClaims: ['nbf', 'exp'],
    }).catch(() => undefined)
    const { exp = 0, nbf = 0 } = verified?.payload ?? {}
    if (verified !== undefined && exp - nbf <= 600) return
  }
  throw new GraphError(
    401,
    'Authentication_MissingOrMalformed',
    'Access Token missing or malformed: the proof of possession is not valid.',
  )
}

function registerPasswords(app: FastifyInstance, tenant: Tenant): void {
  app.post('/applications/:id/addPassword', async (request) => {
    requirePermission(request, 'POST /applications/{id}/addPassword')
    const application = findApplication(tenant, request)
    requireMayManage(tenant, request, application.owners)
    const secret = newSecret(tenant, request, application, record(record(request.body)['passwordCredential']))
    application.passwordCredentials.push(secret)
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#microsoft.graph.passwordCredential`,
      ...passwordJson(secret),
      secretText: secret.secretText,
    }
  })
  app.post('/applications/:id/removePassword', async (request, reply) => {
    requirePermission(request, 'POST /applications/{id}/removePassword')
    const application = findApplication(tenant, request)
    requireMayManage(tenant, request, application.owners)
    const keyId = textOf(jsonBody(request)['keyId'])
    if (!application.passwordCredentials.some((one) => one.keyId === keyId)) {
      throw badRequest(`No password credential found with keyId ${keyId}.`)
    }
    application.passwordCredentials = application.passwordCredentials.filter((one) => one.keyId !== keyId)
    return reply.code(204).send()
  })
}

function registerKeys(app: FastifyInstance, tenant: Tenant): void {
  app.post('/applications/:id/addKey', async (request) => {
    const application = findApplication(tenant, request)
    const body = jsonBody(request)
    await checkProof(tenant, request, application, body['proof'])
    if (body['passwordCredential'] !== undefined && body['passwordCredential'] !== null) throw requestDenied()
    const added = readKeyCredential(tenant, body['keyCredential'], [])
    checkNewKeys(tenant, request, application, [added], application.keyCredentials)
    application.keyCredentials = [...application.keyCredentials, added]
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#microsoft.graph.keyCredential`,
      ...keyJson(added, false),
    }
  })
  app.post('/applications/:id/removeKey', async (request, reply) => {
    const application = findApplication(tenant, request)
    const body = jsonBody(request)
    await checkProof(tenant, request, application, body['proof'])
    const keyId = textOf(body['keyId'])
    if (!application.keyCredentials.some((one) => one.keyId === keyId)) {
      throw badRequest(`No credentials found to be removed.`)
    }
    application.keyCredentials = application.keyCredentials.filter((one) => one.keyId !== keyId)
    return reply.code(204).send()
  })
}

export function registerCredentials(app: FastifyInstance, tenant: Tenant): void {
  registerPasswords(app, tenant)
  registerKeys(app, tenant)
}
