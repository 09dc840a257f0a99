import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import {
  CreateCustomerLink,
  CustomerLinkView,
  CustomerView,
  Id,
  NewCustomerLink,
  OpenCustomerLink,
  PageOf,
  PageQuery,
  SignInAddress,
  StartSignIn,
} from '../../../contract/index.ts'
import type { CustomerLinks } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { setCookie } from '../../cookies.ts'
import { customerCookie, customerOf } from '../../guard.ts'
import { signInRateLimit } from '../../sign-in-rate-limit.ts'

const ById = Type.Object({ id: Id })
const LinkQuery = Type.Object({ ...PageQuery.properties, onboardingId: Type.Optional(Id) })
const tags = ['customer links']

/** Links that a provider makes, and the few things that a customer's administrator can do with one. */
export function registerCustomerRoutes(
  app: ApiServer,
  services: { readonly customers: CustomerLinks; readonly secureCookies: boolean },
): void {
  const { customers, secureCookies } = services

  app.post(
    '/onboardings/:id/customer-links',
    {
      schema: {
        operationId: 'createCustomerLink',
        tags,
        params: ById,
        body: CreateCustomerLink,
        response: { 201: NewCustomerLink },
      },
    },
    async (request, reply) => {
      const made = await customers.create(request.params.id, request.body, request.operator.id)
      request.log.info({ operator: request.operator.id, link: made.link.id }, 'a customer link was made')
      return reply.code(201).send(made)
    },
  )

  app.get(
    '/customer-links',
    {
      schema: {
        operationId: 'listCustomerLinks',
        tags,
        querystring: LinkQuery,
        response: { 200: PageOf(CustomerLinkView) },
      },
    },
    async ({ query: { onboardingId, ...page } }) => customers.list(page, onboardingId),
  )

  app.post(
    '/customer-links/:id/revoke',
    {
      schema: {
        operationId: 'revokeCustomerLink',
        tags,
        params: ById,
        response: { 200: CustomerLinkView },
      },
    },
    async (request) => customers.revoke(request.params.id),
  )

  registerCustomerPageRoutes(app, customers, secureCookies)
}

/** What the page of the link calls. Nothing here reaches beyond the one onboarding. */
function registerCustomerPageRoutes(app: ApiServer, customers: CustomerLinks, secure: boolean): void {
  const cookie = { path: '/', sameSite: 'lax', secure } as const
  const asCustomer = { access: 'customer', rateLimit: { max: 240, timeWindow: 60_000 } } as const
  const keep = (reply: FastifyReply, session: string) => setCookie(reply, customerCookie, session, cookie)

  app.post(
    '/customer/open',
    {
      config: { access: 'open', rateLimit: signInRateLimit },
      schema: {
        operationId: 'openCustomerLink',
        tags,
        security: [],
        body: OpenCustomerLink,
        response: { 200: CustomerView },
      },
    },
    async (request, reply) => {
      const { session, view } = await customers.open(request.body.token)
      keep(reply, session)
      return view
    },
  )

  app.get(
    '/customer',
    {
      config: asCustomer,
      schema: { operationId: 'getCustomerView', tags, security: [], response: { 200: CustomerView } },
    },
    async (request) => customers.view(customerOf(request)),
  )

  app.post(
    '/customer/sign-in',
    {
      config: asCustomer,
      schema: {
        operationId: 'signInAsCustomer',
        tags,
        security: [],
        body: Type.Optional(StartSignIn),
        response: { 200: SignInAddress },
      },
    },
    async (request) => customers.signIn(customerOf(request), request.body?.selectAccount === true),
  )

  app.post(
    '/customer/grant',
    {
      config: asCustomer,
      schema: { operationId: 'grantAsCustomer', tags, security: [], response: { 200: CustomerView } },
    },
    async (request) => customers.grant(customerOf(request)),
  )

  app.post(
    '/customer/decline',
    {
      config: asCustomer,
      schema: { operationId: 'declineAsCustomer', tags, security: [], response: { 200: CustomerView } },
    },
    async (request) => customers.decline(customerOf(request)),
  )
}
