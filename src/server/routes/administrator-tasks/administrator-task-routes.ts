import Type from 'typebox'
import {
  Id,
  PageOf,
  PageQuery,
  SignInAddress,
  StartSignIn,
  StartTask,
  TaskView,
} from '../../../contract/index.ts'
import type { AdministratorTasks } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { originOf } from '../../hosts.ts'

const ById = Type.Object({ id: Id })
const tags = ['administrator tasks']

/**
 * What needs an administrator's Microsoft sign-in on an organization that exists. Each verb answers with the task as it is
 * afterwards; changes are also sent as events.
 */
export function registerAdministratorTaskRoutes(
  app: ApiServer,
  services: { readonly tasks: AdministratorTasks },
): void {
  const { tasks } = services

  app.post(
    '/organizations/:id/administrator-tasks',
    {
      schema: {
        operationId: 'startAdministratorTask',
        tags,
        params: ById,
        body: StartTask,
        response: { 201: TaskView },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await tasks.start(request.params.id, request.body, request.operator.id)),
  )

  app.get(
    '/organizations/:id/administrator-tasks',
    {
      schema: {
        operationId: 'listAdministratorTasks',
        tags,
        params: ById,
        querystring: PageQuery,
        response: { 200: PageOf(TaskView) },
      },
    },
    async (request) => tasks.list(request.params.id, request.query),
  )

  app.get(
    '/administrator-tasks/:id',
    { schema: { operationId: 'getAdministratorTask', tags, params: ById, response: { 200: TaskView } } },
    async (request) => tasks.get(request.params.id),
  )

  app.post(
    '/administrator-tasks/:id/sign-in',
    {
      schema: {
        operationId: 'signInForAdministratorTask',
        tags,
        params: ById,
        body: Type.Optional(StartSignIn),
        response: { 200: SignInAddress },
      },
    },
    async (request) =>
      tasks.signIn(request.params.id, request.sessionId, request.body ?? {}, originOf(request)),
  )

  app.post(
    '/administrator-tasks/:id/device-code',
    {
      schema: {
        operationId: 'showCodeForAdministratorTask',
        tags,
        params: ById,
        response: { 200: TaskView },
      },
    },
    async (request) => tasks.deviceCode(request.params.id),
  )

  app.post(
    '/administrator-tasks/:id/device-code/check',
    {
      schema: {
        operationId: 'checkCodeOfAdministratorTask',
        tags,
        params: ById,
        response: { 200: TaskView },
      },
    },
    async (request) => tasks.checkDeviceCode(request.params.id),
  )

  app.post(
    '/administrator-tasks/:id/grant',
    {
      schema: { operationId: 'grantAdministratorTask', tags, params: ById, response: { 200: TaskView } },
    },
    async (request) => tasks.grant(request.params.id),
  )

  app.post(
    '/administrator-tasks/:id/cancel',
    {
      schema: { operationId: 'cancelAdministratorTask', tags, params: ById, response: { 200: TaskView } },
    },
    async (request) => tasks.cancel(request.params.id),
  )
}
