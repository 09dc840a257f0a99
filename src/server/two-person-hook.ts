/**
 * Holds requests against the two-person rule, after role, reach and body are known to be right and before anything is done. What
 * needs a second operator is put to the others, and let through once when the very same is sent again after they agreed.
 */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { ApprovalSubject, Approvals, TwoPersonRules } from '../security/index.ts'
import type { ApiServer } from './api-server.ts'
import { fail } from './errors.ts'
import { guardedOperations } from './guarded-operations.ts'
import { routeRights } from './rights.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The approval that lets this request through. */
    usedApproval: string | null
  }
}

export interface TwoPersonParts {
  readonly approvals: Approvals
  readonly twoPersonRules: TwoPersonRules
}

/** Never frozen nor shown: what proves who asks. */
const proofs = new Set(['operatorPassword', 'proof'])
/** Kept only as far as it takes to know the same again. */
const secretFields = new Set(['clientSecret'])
const longestReason = 500

export function registerTwoPersonHook(app: ApiServer, { approvals, twoPersonRules }: TwoPersonParts): void {
  app.decorateRequest('usedApproval', null)
  app.addHook('preHandler', async (request) => {
    const { operationId = '' } = (request.routeOptions.schema ?? {}) as { operationId?: string }
    const guarded = guardedOperations[operationId]
    if (!guarded || !request.session) return
    const rule = await twoPersonRules.read()
    const body = bodyOf(request)
    if (!rule.enabled || !guarded(body ?? {}, rule)) return
    const subject = subjectOf(request, operationId, body)
    const { operator } = request.session
    const used = await approvals.use(subject, operator.id)
    if (used !== null) {
      request.usedApproval = used
      request.audited = { ...request.audited, approval: used }
      return
    }
    const { id, state, readyAt } = await approvals.request(subject, operator, reasonOf(request))
    request.audited = { ...request.audited, approval: id }
    if (state === 'waiting') throw fail('SRV_APPROVAL_WAITS', { until: readyAt ?? '' })
    throw fail('SRV_APPROVAL_NEEDED', { approval: id })
  })
  app.addHook('onSend', async (request, reply) => {
    if (request.usedApproval === null || reply.statusCode < 400) return
    const id = request.usedApproval
    request.usedApproval = null
    await approvals.giveBack(id)
  })
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> | null {
  if (typeof body !== 'object' || body === null) return null
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !proofs.has(name))
      .map(([name, value]) => [name, secretFields.has(name) && value !== null ? traceOf(value) : value]),
  )
}

const traceOf = (value: unknown) =>
  `given (${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)})`

function subjectOf(
  request: FastifyRequest,
  operation: string,
  body: Record<string, unknown> | null,
): ApprovalSubject {
  const parameters = { ...(request.params as Record<string, string>) }
  const ofOrganization = routeRights[operation]?.[1] === 'organization'
  return {
    operation,
    parameters,
    body: body && Object.keys(body).length === 0 ? null : body,
    organizationId: ofOrganization ? (parameters['id'] ?? null) : null,
  }
}

/** Percent-encoded in a header, since the body is the route's own. */
function reasonOf({ headers }: FastifyRequest): string {
  const sent = headers['x-approval-reason']
  if (typeof sent !== 'string') return ''
  try {
    return decodeURIComponent(sent).slice(0, longestReason)
  } catch {
    return sent.slice(0, longestReason)
  }
}
