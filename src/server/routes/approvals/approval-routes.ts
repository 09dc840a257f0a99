import Type from 'typebox'
import {
  ApprovalQuery,
  ApprovalReason,
  ApprovalView,
  Id,
  PageOf,
  SetTwoPersonRule,
  TwoPersonRule,
} from '../../../contract/index.ts'
import type { Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { fail } from '../../errors.ts'
import { requireProof } from '../../proof.ts'
import type { TwoPersonParts } from '../../two-person-hook.ts'

const ById = Type.Object({ id: Id })
const tags = ['approvals']

/** The two-person rule, and requests that wait for a second operator. */
export function registerApprovalRoutes(
  app: ApiServer,
  { approvals, twoPersonRules, proofs }: TwoPersonParts & { readonly proofs: Proofs },
): void {
  app.get(
    '/settings/two-person-rule',
    { schema: { operationId: 'getTwoPersonRule', tags, response: { 200: TwoPersonRule } } },
    async () => twoPersonRules.read(),
  )
  app.put(
    '/settings/two-person-rule',
    {
      schema: {
        operationId: 'setTwoPersonRule',
        description: 'Turning it off, or shortening the delay, needs a second operator itself.',
        tags,
        body: SetTwoPersonRule,
        response: { 200: TwoPersonRule },
      },
    },
    async (request) => {
      const { enabled, delayHours } = request.body
      await requireProof(request, proofs, request.body)
      const before = await twoPersonRules.read()
      const after = await twoPersonRules.set({ enabled, delayHours })
      request.audited = { ...request.audited, before, after }
      return after
    },
  )
  app.get(
    '/approvals',
    {
      schema: {
        operationId: 'listApprovals',
        description:
          'Those who may decide, and who read the audit trail, see all; others what they asked for.',
        tags,
        querystring: ApprovalQuery,
        response: { 200: PageOf(ApprovalView) },
      },
    },
    async (request) => {
      const rights = request.session?.rights ?? []
      const all = rights.includes('approvals.decide') || rights.includes('audit.read')
      return approvals.list(request.query, all ? null : request.operator.id)
    },
  )
  app.post(
    '/approvals/:id/approve',
    {
      schema: { operationId: 'approveRequest', tags, params: ById, response: { 200: ApprovalView } },
    },
    async (request) => {
      const { delayHours } = await twoPersonRules.read()
      const view = await approvals.approve(request.params.id, request.operator.id, delayHours)
      request.audited = { approval: view.id, operation: view.operation, readyAt: view.readyAt }
      return view
    },
  )
  app.post(
    '/approvals/:id/decline',
    {
      schema: { operationId: 'declineRequest', tags, params: ById, response: { 200: ApprovalView } },
    },
    async (request) => {
      const view = await approvals.decline(request.params.id, request.operator.id)
      request.audited = { approval: view.id, operation: view.operation }
      return view
    },
  )
  app.post(
    '/approvals/:id/cancel',
    {
      schema: {
        operationId: 'cancelRequest',
        description: 'By whoever asked, or an owner; also when it was approved already.',
        tags,
        params: ById,
        response: { 200: ApprovalView },
      },
    },
    async (request) => {
      const { id } = request.params
      const { requestedBy, operation } = await approvals.get(id)
      const mayDecide = request.session?.rights.includes('approvals.decide') === true
      if (requestedBy.id !== request.operator.id && !mayDecide) throw fail('SRV_OUT_OF_REACH')
      request.audited = { approval: id, operation }
      return approvals.cancel(id, request.operator.id)
    },
  )
  app.put(
    '/approvals/:id/reason',
    {
      schema: {
        operationId: 'setRequestReason',
        tags,
        params: ById,
        body: ApprovalReason,
        response: { 200: ApprovalView },
      },
    },
    async (request) => {
      const { id } = request.params
      const { requestedBy } = await approvals.get(id)
      if (requestedBy.id !== request.operator.id) throw fail('SRV_OUT_OF_REACH')
      return approvals.setReason(id, request.operator.id, request.body.reason)
    },
  )
}
