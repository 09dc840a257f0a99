/** The one place where an operator's role and reach are held against a route. Runs in the guard, before the body is read. */
import type { FastifyRequest } from 'fastify'
import { requireWithin } from '../catalog/index.ts'
import type { AppEvent, Selection } from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { limitedTo, reaches, type Session } from '../security/index.ts'
import { fail } from './errors.ts'
import { eventRights, forPeopleOnly, type RouteRight, routeRights, withoutSecondFactor } from './rights.ts'
import type { FindBelonging } from './subjects.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Throws SRV_SECOND_FACTOR_MISSING, SRV_NOT_ALLOWED (the role), SRV_TOKEN_NOT_ALLOWED, SRV_NOT_BY_TOKEN, SRV_OUT_OF_REACH (the organization or mailbox). */
export async function authorize(
  request: FastifyRequest,
  session: Session,
  findBelonging: FindBelonging,
): Promise<void> {
  const { operator, reach } = session
  const rule = ruleOf(request)
  if (session.secondFactorMissing && !withoutSecondFactor.has(operationOf(request) ?? ''))
    throw fail('SRV_SECOND_FACTOR_MISSING')
  if (session.token && (!rule || forPeopleOnly.has(operationOf(request) ?? '')))
    throw fail('SRV_NOT_BY_TOKEN')
  if (!rule) {
    if (operator.role !== 'owner') throw fail('SRV_NOT_ALLOWED', { role: operator.role })
    return
  }
  const [right, subject] = rule
  if (right !== 'own' && !session.rights.includes(right)) {
    throw session.token
      ? fail('SRV_TOKEN_NOT_ALLOWED', { name: session.token.name, role: session.token.role })
      : fail('SRV_NOT_ALLOWED', { role: operator.role })
  }
  if (reach === null || subject === 'server' || subject === 'list') return
  if (subject === 'everything') throw fail('SRV_OUT_OF_REACH')
  const { id } = request.params as { id?: string }
  // A route of another form, or an id of another spelling, could mean something that is not looked up here.
  if (id === undefined || !uuid.test(id)) throw fail('SRV_OUT_OF_REACH')
  const belonging = await findBelonging(subject, id)
  if (!belonging) return
  const { organizationId, mailboxId, operatorId } = belonging
  if (!reaches(reach, organizationId, mailboxId)) throw fail('SRV_OUT_OF_REACH')
  // What was put together of several mailboxes is only for whoever did it, unless the whole organization is reached.
  if (operatorId !== undefined && reach.get(organizationId) !== null && operatorId !== operator.id) {
    throw fail('SRV_OUT_OF_REACH')
  }
}

/** Undefined for a route that nobody gave a right. */
export function ruleOf(request: FastifyRequest): RouteRight | undefined {
  return routeRights[operationOf(request) ?? '']
}

function operationOf(request: FastifyRequest): string | undefined {
  return ((request.routeOptions.schema ?? {}) as { operationId?: string }).operationId
}

/** Whether an event is for the operator of a session. */
export function mayHear({ rights, reach, operator }: Session, event: AppEvent): boolean {
  if (event.topic === 'approval' && event.view.requestedBy.id === operator.id) return true
  if (!rights.includes(eventRights[event.topic])) return false
  if (reach === null) return true
  const organizationId = event.topic === 'organization' ? event.view.id : organizationOf(event)
  if (organizationId === null || !reaches(reach, organizationId)) return false
  return true
}

function organizationOf(event: AppEvent): string | null {
  const { organizationId } = event.view as { organizationId?: string | null }
  return organizationId ?? null
}

/** On routes of one organization: the mailboxes that the caller is limited to; null for all of them. */
export function mailboxesOf(request: FastifyRequest): readonly string[] | null {
  const { id = '' } = request.params as { id?: string }
  return request.session ? limitedTo(request.session.reach, id) : []
}

/** On routes of one organization: throws as for what does not exist when the caller does not reach all of a selection. */
export async function requireReached(
  db: Database,
  request: FastifyRequest,
  selection: Selection,
): Promise<void> {
  const mailboxes = mailboxesOf(request)
  if (mailboxes !== null) await requireWithin(db, selection, mailboxes)
}
