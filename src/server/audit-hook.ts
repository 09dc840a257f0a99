/**
 * Writes the audit trail: every change that was asked for through the API, and every look at content, with how it was answered. The entry is
 * on disk before the answer leaves; when it cannot be written, the answer is an error and no content is given.
 */
import type { FastifyRequest } from 'fastify'
import type { AuditOutcome } from '../contract/index.ts'
import type { AuditTrail, NewAuditEntry } from '../security/index.ts'
import type { ApiServer } from './api-server.ts'
import { accessOf, isApi } from './guard.ts'
import { routeRights } from './rights.ts'
import type { FindBelonging } from './subjects.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What a handler adds to the entry of its request: how something was before and after. */
    audited: Record<string, unknown>
    /** Who came, where the session does not say it: at sign-in, set-up and the use of a link. */
    auditActor: { readonly id: string; readonly name: string; readonly role: string | null } | null
    auditTried: boolean
  }
}

/** Looks at content and secrets; all other reads are not in the trail. */
const readsOfContent = new Set([
  'searchMails',
  'listMails',
  'getMail',
  'previewMail',
  'downloadAttachment',
  'downloadEml',
  'getMailboxSettings',
  'listOutlookItems',
  'searchOutlookItems',
  'getOutlookItem',
  'previewOutlookItem',
  'showContactPhoto',
  'downloadOutlookAttachment',
  'downloadOutlookItem',
  'listFiles',
  'searchFiles',
  'getFile',
  'previewFile',
  'downloadFile',
  'listFileVersions',
  'downloadFileVersion',
  'downloadExport',
  'listRestoreItems',
  'getRecoveryKit',
  'exportAuditEntries',
])

/** Reads by their method, which change something all the same. Their queries are not kept. */
const changesByReading = new Set(['returnFromSingleSignOn'])

/** Of a body only what is named here, so that no secret gets in. */
const bodyFields: Readonly<Record<string, readonly string[]>> = {
  startOnboarding: ['method', 'cloud', 'workloads', 'restoreRights', 'credentialKind'],
  saveOnboarding: ['organizationName'],
  createCustomerLink: ['providerName', 'hours'],
  startAdministratorTask: ['kind', 'workloads', 'endsAt', 'credentialKind'],
  editOrganization: ['name'],
  removeOrganization: ['deleteApplication'],
  saveProtection: [
    'workloads',
    'users',
    'sites',
    'exclusions',
    'mailboxes',
    'files',
    'schedule',
    'acceptNew',
  ],
  setRetention: ['rule', 'deletedUsersDays'],
  shortenRetention: ['rule', 'deletedUsersDays'],
  createRestore: ['selection', 'versions', 'folder', 'target', 'conflict'],
  restoreMailboxSettings: ['parts', 'at', 'target'],
  createExport: ['selection'],
  createResticAccess: ['label'],
  setExternalAddress: ['externalAddress'],
  saveSignInClient: ['clientId', 'homeTenant'],
  saveSingleSignOn: [
    'enabled',
    'name',
    'issuer',
    'clientId',
    'scopes',
    'roleClaim',
    'mappings',
    'unknownOperators',
    'passwordsForOwnersOnly',
    'sessionHours',
  ],
  createApiToken: ['name', 'role', 'organizationIds', 'days'],
  setTwoPersonRule: ['enabled', 'delayHours'],
  setRequestReason: ['reason'],
  inviteOperator: ['userName', 'displayName', 'role', 'reach'],
  setSecondFactor: ['requiredFor'],
  addPasskey: ['name'],
  renamePasskey: ['name'],
  changeOperator: ['displayName', 'role', 'reach', 'disabled'],
  verifyAuditTrail: [],
  acknowledgeAlert: ['reason'],
  setAlertThresholds: ['lateAfterHours', 'lowSpaceGigabytes', 'failedSignInsPerHour'],
}

/** Longest list that is kept; of longer ones the number. */
const longestList = 100

export function registerAuditHook(
  app: ApiServer,
  parts: { audit: AuditTrail; findBelonging: FindBelonging },
): void {
  app.decorateRequest('audited', null as never)
  app.decorateRequest('auditActor', null)
  app.decorateRequest('auditTried', false)
  app.addHook('onRequest', async (request) => {
    request.audited = {}
  })
  app.addHook('onSend', async (request, reply) => {
    const action = request.auditTried ? null : auditedAction(request)
    if (action === null || comesFromNobody(request, reply.statusCode)) return
    // The answer that says that it failed comes through here as well.
    request.auditTried = true
    await parts.audit.record(await entryOf(request, action, reply.statusCode, parts.findBelonging))
  })
}

/**
 * Whoever is not signed in can do nothing, and could fill the disk with entries about it. Tries to sign in, or to use a link, count, as far
 * as their limits let them through.
 */
function comesFromNobody(request: FastifyRequest, status: number): boolean {
  if (status === 429) return true
  return accessOf(request) !== 'open' && request.session === null && request.customer === null
}

function auditedAction(request: FastifyRequest): string | null {
  const { operationId } = (request.routeOptions.schema ?? {}) as { operationId?: string }
  if (operationId === undefined || !isApi(request)) return null
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return isRead && !readsOfContent.has(operationId) && !changesByReading.has(operationId) ? null : operationId
}

async function entryOf(
  request: FastifyRequest,
  action: string,
  status: number,
  findBelonging: FindBelonging,
): Promise<NewAuditEntry> {
  const { session, customer, auditActor, ip } = request
  const id = auditActor?.id ?? session?.operator.id ?? null
  return {
    actor: {
      kind: id !== null ? 'operator' : customer ? 'customer' : 'nobody',
      operatorId: id,
      name: auditActor?.name ?? session?.operator.userName ?? '',
      role: auditActor?.role ?? session?.operator.role ?? null,
    },
    address: ip,
    action,
    organizationId: await organizationOf(request, action, findBelonging),
    outcome: outcomeOf(status),
    status,
    details: {
      ...detailsOf(request, action),
      ...request.audited,
      ...(session?.token ? { apiToken: { id: session.token.id, name: session.token.name } } : {}),
    },
  }
}

function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return 'done'
  return status < 500 ? 'refused' : 'failed'
}

async function organizationOf(
  request: FastifyRequest,
  action: string,
  findBelonging: FindBelonging,
): Promise<string | null> {
  const subject = routeRights[action]?.[1]
  const { id } = (request.params ?? {}) as { id?: string }
  if (subject === undefined || id === undefined) return null
  return (await findBelonging(subject, id))?.organizationId ?? null
}

function detailsOf(request: FastifyRequest, action: string): Record<string, unknown> {
  const body = (request.body ?? {}) as Record<string, unknown>
  const named = bodyFields[action] ?? []
  const parts: Record<string, unknown> = {
    ...(request.params as object | undefined),
    ...(readsOfContent.has(action) ? (request.query as object) : {}),
    ...Object.fromEntries(named.filter((name) => body[name] !== undefined).map((name) => [name, body[name]])),
  }
  delete parts['cursor']
  return short(parts) as Record<string, unknown>
}

/** The same with long lists replaced by their number. */
function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > longestList ? { number: value.length } : value.map(short)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, short(inner)]))
  }
  return value
}
