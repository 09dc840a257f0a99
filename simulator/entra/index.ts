/** The sign-in service: tokens and documents for programs, pages for people. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type Faults, logRequests, type RequestLog } from '../observation/index.ts'
import type { Tenant } from '../tenant/index.ts'
import { registerDevice } from './device.ts'
import { registerDiscovery } from './discovery.ts'
import { EntraError, entraErrorBody } from './errors.ts'
import type { EntraParts } from './parts.ts'
import { registerToken } from './token.ts'

export type LoginParts = EntraParts & { readonly faults: Faults; readonly log: RequestLog }

export { registerPages } from './authorize.ts'
export { createGrants, type Grants } from './grants.ts'
export { createSigner, type Signer } from './keys.ts'
export type { EntraParts } from './parts.ts'

/** People who come to the sign-in service's own address are sent to its pages, which need no trust in the authority. */
function registerPageRedirects(app: FastifyInstance, tenant: Tenant): void {
  const paths = ['oauth2/v2.0/authorize', 'oauth2/v2.0/logout', 'adminconsent', 'v2.0/adminconsent']
  for (const path of [...paths.map((one) => `/:tenant/${one}`), tenant.cloud.devicePath]) {
    app.get(path, async (request, reply) => reply.redirect(`${tenant.endpoints.pages}${request.url}`, 302))
  }
}

/** Registers discovery, keys and the token endpoint on a bare fastify instance. */
export function registerLogin(app: FastifyInstance, parts: LoginParts): void {
  const { tenant, faults, log } = parts
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)))
    },
  )
  // Any other body is read as no parameters at all.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, undefined))
  logRequests(app, {
    server: 'login',
    log,
    now: () => tenant.clock.now(),
    batched: () => false,
    appId: () => undefined,
  })
  app.addHook('onRequest', async (request, reply) => {
    const sent = request.headers['client-request-id']
    reply.headers({
      date: new Date(tenant.clock.now()).toUTCString(),
      'access-control-allow-origin': '*',
      'x-ms-request-id': request.id,
      'x-ms-ests-server': '2.1.00000.0 - SIM ProdSlices',
      'x-content-type-options': 'nosniff',
      ...(typeof sent === 'string' ? { 'client-request-id': sent } : {}),
    })
    if (await faults.apply('login', request, reply)) return reply
    return undefined
  })
  app.setErrorHandler((error, request, reply) => {
    const known =
      error instanceof EntraError ? error : new EntraError(90014, error instanceof Error ? error.message : '')
    if (!(error instanceof EntraError)) process.stderr.write(`simulator: ${String(error)}\n`)
    const sent = request.headers['client-request-id']
    const correlation = typeof sent === 'string' ? sent : randomUUID()
    return reply
      .code(known.status)
      .send(entraErrorBody(known, tenant.clock.now(), correlation, tenant.endpoints.login))
  })
  registerDiscovery(app, tenant, parts.signer)
  registerToken(app, parts)
  registerDevice(app, parts)
  registerPageRedirects(app, tenant)
}
