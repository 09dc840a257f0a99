import Type from 'typebox'
import {
  ApplicationPassword,
  Id,
  OnboardingView,
  PageOf,
  PageQuery,
  SaveOnboarding,
  SignInAddress,
  SignInAnswer,
  StartOnboarding,
  StartSignIn,
} from '../../../contract/index.ts'
import type { Onboardings } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { originOf } from '../../hosts.ts'
import { registerManualRoutes } from './manual-routes.ts'

const ById = Type.Object({ id: Id })
const tags = ['onboarding']

/** The wizard's verbs. Each answers with the onboarding as it is afterwards; changes are also sent as events. */
export function registerOnboardingRoutes(
  app: ApiServer,
  services: { readonly onboardings: Onboardings },
): void {
  const { onboardings } = services
  registerManualRoutes(app, services)

  app.post(
    '/onboardings',
    {
      schema: {
        operationId: 'startOnboarding',
        tags,
        body: StartOnboarding,
        response: { 201: OnboardingView },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await onboardings.start(request.body, request.operator.id)),
  )

  app.get(
    '/onboardings',
    {
      schema: {
        operationId: 'listOnboardings',
        tags,
        querystring: PageQuery,
        response: { 200: PageOf(OnboardingView) },
      },
    },
    async (request) => onboardings.list(request.query),
  )

  app.get(
    '/onboardings/:id',
    { schema: { operationId: 'getOnboarding', tags, params: ById, response: { 200: OnboardingView } } },
    async (request) => onboardings.get(request.params.id),
  )

  app.post(
    '/onboardings/:id/sign-in',
    {
      schema: {
        operationId: 'signInForOnboarding',
        tags,
        params: ById,
        body: Type.Optional(StartSignIn),
        response: { 200: SignInAddress },
      },
    },
    async (request) =>
      onboardings.signIn(request.params.id, request.sessionId, request.body ?? {}, originOf(request)),
  )

  app.post(
    '/onboardings/:id/sign-in/return',
    {
      schema: {
        operationId: 'returnFromSignIn',
        tags,
        params: ById,
        body: SignInAnswer,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.completeSignIn(request.body, request.sessionId, originOf(request)),
  )

  app.post(
    '/onboardings/:id/device-code',
    {
      schema: {
        operationId: 'showDeviceCode',
        tags,
        params: ById,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.deviceCode(request.params.id),
  )

  app.post(
    '/onboardings/:id/device-code/check',
    {
      schema: {
        operationId: 'checkDeviceCode',
        tags,
        params: ById,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.checkDeviceCode(request.params.id),
  )

  app.post(
    '/onboardings/:id/grant',
    {
      schema: {
        operationId: 'grantOnboarding',
        tags,
        params: ById,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.grant(request.params.id),
  )

  app.post(
    '/onboardings/:id/cancel',
    {
      schema: {
        operationId: 'cancelOnboarding',
        tags,
        params: ById,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.cancel(request.params.id),
  )

  app.post(
    '/onboardings/:id/save',
    {
      schema: {
        operationId: 'saveOnboarding',
        tags,
        params: ById,
        body: SaveOnboarding,
        response: { 200: OnboardingView },
      },
    },
    async (request) => onboardings.save(request.params.id, request.body, request.operator.id),
  )

  app.post(
    '/onboardings/:id/application-password',
    {
      schema: {
        operationId: 'revealApplicationPassword',
        tags,
        params: ById,
        response: { 200: ApplicationPassword },
      },
    },
    async (request) => ({ applicationPassword: await onboardings.revealPassword(request.params.id) }),
  )
}
