/**
 * The pages a person sees, on plain http: authorize, account, password, multi-factor, consent, and the way back to the
 * application. Each step is one form post; the sign-in's state stays here, the form carries only its id.
 */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { entraDescription, entraEntry, type Faults } from '../observation/index.ts'
import { admitVisitor, recordConsent, type User } from '../tenant/index.ts'
import { readAdminConsent, reviewAdminConsent } from './admin-consent.ts'
import { type Query, RedirectError, readAuthorizeRequest } from './authorize-request.ts'
import { consentState } from './consent.ts'
import { registerDevicePages } from './device-pages.ts'
import { confirmPage } from './device-views.ts'
import { EntraError, serviceTime } from './errors.ts'
import { cancelled, finish } from './finish.ts'
import {
  type AuthorizeRequest,
  createInteractions,
  type Interaction,
  type SignInRequest,
} from './interaction.ts'
import type { EntraParts } from './parts.ts'
import { checkPerson, refuse } from './person-checks.ts'
import { COOKIE, type Context, findPerson, goBack, html, place, sessionOf, type Turn } from './turn.ts'
import {
  accountPage,
  approvalPage,
  consentPage,
  errorPage,
  multiFactorPage,
  passwordPage,
  pickPage,
  signedOutPage,
} from './views.ts'
import { checkHomeCloud } from './wrong-cloud.ts'

/** What comes after the account is known: multi-factor, consent, code. */
function proceed(turn: Turn, interaction: Interaction, user: User): FastifyReply {
  const { context, reply } = turn
  const { tenant } = context
  checkPerson(tenant, user, interaction)
  interaction.userId = user.id
  if (user.signIn === 'mfa' && !interaction.multiFactorDone) {
    const number = 10 + Math.floor(tenant.random(`mfa:${interaction.id}`)() * 90)
    return html(reply, multiFactorPage(place(interaction), user, number))
  }
  const asked = interaction.request
  const { client } = asked
  if (asked.kind === 'device' && !interaction.confirmed)
    return html(reply, confirmPage(place(interaction), client.displayName, user))
  if (asked.kind === 'adminConsent') {
    const { names, allowed } = reviewAdminConsent(tenant, asked, user)
    return html(
      reply,
      allowed
        ? consentPage(place(interaction), client.displayName, user, names, 'organization')
        : approvalPage(place(interaction), client.displayName, user),
    )
  }
  const consent = consentState(tenant, asked, user)
  if (consent.kind === 'approval')
    return html(reply, approvalPage(place(interaction), client.displayName, user))
  if (consent.kind === 'ask') {
    return html(
      reply,
      consentPage(
        place(interaction),
        client.displayName,
        user,
        consent.scopes,
        consent.admin ? 'choice' : 'self',
      ),
    )
  }
  return finish(turn, interaction, user)
}

/** The first page of a sign-in: which account, or the next page when the browser knows. */
function start(turn: Turn, asked: SignInRequest): FastifyReply {
  const { context, request, reply } = turn
  const { tenant, interactions } = context
  const signedIn = interactions
    .sessionUsers(sessionOf(request))
    .flatMap((id) => tenant.users.filter((user) => user.id === id && user.accountEnabled))
  const { prompt, loginHint } = asked
  const hinted =
    loginHint === undefined || prompt === 'select_account' ? undefined : findPerson(tenant, loginHint)
  const usable = signedIn.filter((user) => hinted === undefined || user === hinted)
  const interaction = interactions.begin(asked, tenant.clock.now())
  const only = usable.length === 1 ? usable[0] : undefined
  if (asked.kind === 'code' && prompt === 'none') {
    if (only !== undefined && consentState(tenant, asked, only).kind === 'none')
      return finish(turn, interaction, only)
    throw new RedirectError(
      only === undefined ? 'login_required' : 'interaction_required',
      only === undefined
        ? 'AADSTS50058: A silent sign-in request was sent but no user is signed in.'
        : 'AADSTS65001: The user or administrator has not consented to use the application.',
      asked,
    )
  }
  if (only !== undefined && prompt !== 'login' && prompt !== 'select_account') {
    interaction.multiFactorDone = true
    return proceed(turn, interaction, only)
  }
  if (signedIn.length > 0 && prompt !== 'login' && hinted === undefined) {
    return html(reply, pickPage(place(interaction), signedIn))
  }
  if (loginHint !== undefined && prompt !== 'select_account') {
    return hinted === undefined
      ? html(reply, accountPage(place(interaction), asked.client.displayName, loginHint))
      : html(reply, passwordPage(place(interaction), loginHint))
  }
  return html(reply, accountPage(place(interaction), asked.client.displayName))
}

const unknownAccount =
  'AADSTS50034: This username may be incorrect. Make sure you typed it correctly. Otherwise, contact your admin.'

const personalAccount =
  "You can't sign in here with a personal account. Use your work or school account instead."
/** Addresses of Microsoft's own mail service for people; any other can be a personal account as well. */
const personalDomain = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i

function account({ context, reply }: Turn, interaction: Interaction, login: string): FastifyReply {
  const name = interaction.request.client.displayName
  if (login.trim() === '') {
    return html(
      reply,
      accountPage(place(interaction), name, '', 'Enter a valid email address, phone number, or Skype name.'),
    )
  }
  const user = findPerson(context.tenant, login)
  if (user === undefined) {
    if (personalDomain.test(login.trim()))
      return html(reply, accountPage(place(interaction), name, login, personalAccount))
    checkHomeCloud(context.tenant, login)
    return html(reply, accountPage(place(interaction), name, login, unknownAccount))
  }
  return html(reply, passwordPage(place(interaction), user.signInName))
}

function password(turn: Turn, interaction: Interaction, login: string, typed: string): FastifyReply {
  const { context, reply } = turn
  const user = findPerson(context.tenant, login)
  if (user === undefined && personalDomain.test(login.trim())) {
    const name = interaction.request.client.displayName
    return html(reply, accountPage(place(interaction), name, login, personalAccount))
  }
  if (user === undefined || user.password !== typed) {
    const text =
      typed === ''
        ? 'Please enter your password.'
        : "AADSTS50126: Your account or password is incorrect. If you don't remember your password, reset it now."
    return html(reply, passwordPage(place(interaction), login, text))
  }
  if (!user.accountEnabled) {
    return html(
      reply,
      passwordPage(
        place(interaction),
        login,
        'AADSTS50057: Your account has been locked. Contact your support person to unlock it, then try again.',
      ),
    )
  }
  return proceed(turn, interaction, user)
}

function pick(turn: Turn, interaction: Interaction, login: string): FastifyReply {
  const { context, request, reply } = turn
  const user = findPerson(context.tenant, login)
  if (user === undefined)
    return html(reply, accountPage(place(interaction), interaction.request.client.displayName))
  if (!context.interactions.sessionUsers(sessionOf(request)).includes(user.id)) {
    return html(reply, passwordPage(place(interaction), user.signInName))
  }
  interaction.multiFactorDone = true
  return proceed(turn, interaction, user)
}

function approve(turn: Turn, interaction: Interaction, user: User): FastifyReply {
  const { tenant } = turn.context
  if (tenant.policies.multiFactorFails) {
    throw refuse(
      interaction,
      new EntraError(
        50076,
        `Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '${interaction.request.scopes.resource.appId}'.`,
      ),
    )
  }
  interaction.multiFactorDone = true
  return proceed(turn, interaction, user)
}

function confirm(turn: Turn, interaction: Interaction, user: User, form: URLSearchParams): FastifyReply {
  if (form.get('answer') !== 'continue') return cancelled(turn, interaction)
  interaction.confirmed = true
  return proceed(turn, interaction, user)
}

function consent(turn: Turn, interaction: Interaction, user: User, form: URLSearchParams): FastifyReply {
  const { tenant } = turn.context
  if (form.get('answer') !== 'accept') return cancelled(turn, interaction)
  const { request } = interaction
  if (request.kind === 'adminConsent') return finish(turn, interaction, user)
  if (request.kind === 'device' && !interaction.confirmed) return proceed(turn, interaction, user)
  const asked = consentState(tenant, request, user)
  if (asked.kind === 'approval')
    return html(turn.reply, approvalPage(place(interaction), interaction.request.client.displayName, user))
  if (asked.kind === 'ask') {
    const everyone = asked.admin && form.get('everyone') === 'yes'
    admitVisitor(tenant.directory, interaction.request.client.appId, tenant.clock.now())
    recordConsent(
      tenant.directory,
      interaction.request.client.appId,
      asked.scopes,
      everyone ? undefined : user.id,
    )
  }
  return finish(turn, interaction, user)
}

function step(turn: Turn, form: URLSearchParams): FastifyReply {
  const { tenant, interactions } = turn.context
  const interaction = interactions.find(form.get('ctx') ?? '', tenant.clock.now())
  if (interaction === undefined) {
    throw new EntraError(
      90014,
      'The sign-in was not found or took too long. Go back to the application and sign in again.',
    )
  }
  const login = form.get('login') ?? ''
  const name = form.get('step')
  if (name === 'account') return account(turn, interaction, login)
  if (name === 'pick') return pick(turn, interaction, login)
  if (name === 'password') return password(turn, interaction, login, form.get('password') ?? '')
  // The remaining pages come after the password only.
  const user = tenant.users.find((one) => one.id === interaction.userId)
  if (user === undefined)
    return html(turn.reply, accountPage(place(interaction), interaction.request.client.displayName))
  if (name === 'approve') return approve(turn, interaction, user)
  if (name === 'confirm') return confirm(turn, interaction, user, form)
  if (name === 'consent' && (user.signIn !== 'mfa' || interaction.multiFactorDone)) {
    return consent(turn, interaction, user, form)
  }
  throw new EntraError(9002313, 'Invalid request. Request is malformed or invalid.')
}

function sendProblem(context: Context, error: EntraError, reply: FastifyReply): FastifyReply {
  const blocked = error.number === 53003
  return html(
    reply,
    errorPage({
      title: blocked ? 'You cannot access this right now' : "Sorry, but we're having trouble signing you in.",
      text: blocked
        ? `Your sign-in was successful but does not meet the criteria to access this resource. For example, you might be signing in from a browser, app, or location that is restricted by your admin. ${error.message}`
        : error.message,
      number: error.number,
      requestId: randomUUID(),
      correlationId: randomUUID(),
      timestamp: serviceTime(context.tenant.clock.now()),
    }),
    blocked ? 200 : 400,
  )
}

/** Throws the fault on demand that waits for this sign-in: told to the application, or shown here. */
function meetFault(faults: Faults, request: FastifyRequest, asked: AuthorizeRequest): void {
  const shown = entraEntry(faults.take('page', request) ?? '')
  if (shown !== undefined) throw new EntraError(shown.number, shown.text)
  const told = entraEntry(faults.take('authorize', request) ?? '')
  if (told === undefined) return
  throw new RedirectError(
    told.error,
    entraDescription(told.number, told.text, randomUUID(), randomUUID()),
    asked,
  )
}

type TenantRoute = { Params: { tenant: string } }

/** Registers the pages on a bare fastify instance that answers on plain http. */
export function registerPages(app: FastifyInstance, parts: EntraParts & { readonly faults: Faults }): void {
  const context: Context = { ...parts, interactions: createInteractions() }
  void app.register(async (pages) => {
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => {
        done(null, new URLSearchParams(String(body)))
      },
    )
    pages.setErrorHandler((error, _request, reply) => {
      if (error instanceof EntraError) return sendProblem(context, error, reply)
      if (error instanceof RedirectError) {
        return goBack(reply, error, { error: error.error, error_description: error.message })
      }
      process.stderr.write(
        `simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      )
      return sendProblem(
        context,
        new EntraError(90033, 'A transient error has occurred. Please try again.'),
        reply,
      )
    })
    pages.get<TenantRoute>('/:tenant/oauth2/v2.0/authorize', async (request, reply) => {
      const asked = readAuthorizeRequest(parts.tenant, request.params.tenant, request.query as Query)
      meetFault(parts.faults, request, asked)
      return start({ context, request, reply }, asked)
    })
    for (const [path, version] of [
      ['adminconsent', 1],
      ['v2.0/adminconsent', 2],
    ] as const) {
      pages.get<TenantRoute>(`/:tenant/${path}`, async (request, reply) =>
        start(
          { context, request, reply },
          readAdminConsent(parts.tenant, request.params.tenant, version, request.query as Query),
        ),
      )
    }
    registerDevicePages(pages, context, start)
    pages.post<TenantRoute>('/:tenant/login', async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      return step({ context, request, reply }, form)
    })
    pages.get<TenantRoute & { Querystring: { ctx?: string } }>(
      '/:tenant/login/cancel',
      async (request, reply) => {
        const interaction = context.interactions.find(request.query.ctx ?? '', parts.tenant.clock.now())
        if (interaction === undefined)
          throw new EntraError(90014, 'The sign-in was not found or took too long.')
        return cancelled({ context, request, reply }, interaction)
      },
    )
    pages.get<TenantRoute>('/:tenant/oauth2/v2.0/logout', async (request, reply) => {
      context.interactions.forget(sessionOf(request))
      return html(reply.header('set-cookie', `${COOKIE}=; Path=/; Max-Age=0`), signedOutPage())
    })
    pages.get('/favicon.ico', async (_request, reply) => reply.code(204).send())
  })
}
