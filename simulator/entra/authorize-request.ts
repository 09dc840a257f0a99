/** Checks the query of `/authorize`: first what must not be redirected, then what goes back to the client. */
import type { Tenant } from '../tenant/index.ts'
import { findClient, matchRedirect } from './clients.ts'
import { EntraError } from './errors.ts'
import type { AuthorizeRequest } from './interaction.ts'
import { readScopes } from './scopes.ts'
import { readAuthority, requireMultiTenant } from './tenancy.ts'

/** An error that the client is told by redirect. */
export class RedirectError extends Error {
  readonly error: string
  readonly redirectUri: string
  readonly responseMode: AuthorizeRequest['responseMode']
  readonly state: string | undefined

  constructor(
    error: string,
    description: string,
    to: Pick<AuthorizeRequest, 'redirectUri' | 'responseMode' | 'state'>,
  ) {
    super(description)
    this.name = 'RedirectError'
    this.error = error
    this.redirectUri = to.redirectUri
    this.responseMode = to.responseMode
    this.state = to.state
  }
}

export type Query = Readonly<Record<string, string | string[] | undefined>>

/** Reads one parameter, empty ones as absent. Throws 9000411 for a doubled one. */
export function reader(query: Query): (name: string) => string | undefined {
  return (name) => {
    const value = query[name]
    if (Array.isArray(value)) {
      throw new EntraError(
        9000411,
        `The request is not properly formatted. The parameter '${name}' is duplicated.`,
      )
    }
    return value === '' ? undefined : value
  }
}

export function needed(value: string | undefined, name: string): string {
  if (value !== undefined) return value
  throw new EntraError(900144, `The request body must contain the following parameter: '${name}'.`)
}

function readChallenge(read: (name: string) => string | undefined): AuthorizeRequest['challenge'] | Error {
  const value = read('code_challenge')
  const method = read('code_challenge_method') ?? 'plain'
  if (value === undefined) return undefined
  if (method !== 'S256' && method !== 'plain') {
    return new Error(
      `AADSTS9002313: Invalid request. The code_challenge_method '${method}' is not supported.`,
    )
  }
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(value)) {
    return new Error('AADSTS501491: Invalid size of Code_Challenge parameter.')
  }
  return { value, method }
}

/**
 * Throws EntraError for errors that stay on Microsoft's page (tenant, client, redirect address) and RedirectError for
 * those that the client hears of.
 */
export function readAuthorizeRequest(tenant: Tenant, segment: string, query: Query): AuthorizeRequest {
  const read = reader(query)
  readAuthority(tenant, segment)
  const client = findClient(tenant, needed(read('client_id'), 'client_id'))
  requireMultiTenant(tenant, segment, client)
  const redirectUri = needed(read('redirect_uri'), 'redirect_uri')
  const registered = matchRedirect(client, redirectUri)
  const mode = read('response_mode') ?? 'query'
  const state = read('state')
  const responseMode = mode === 'fragment' || mode === 'form_post' ? mode : 'query'
  const back = { redirectUri, responseMode, state } as const
  if (!['query', 'fragment', 'form_post'].includes(mode)) {
    throw new RedirectError(
      'invalid_request',
      `AADSTS70007: '${mode}' is not a supported value of 'response_mode'.`,
      back,
    )
  }
  const responseType = read('response_type')
  if (responseType === undefined) {
    throw new RedirectError(
      'invalid_request',
      "AADSTS900144: The request body must contain the following parameter: 'response_type'.",
      back,
    )
  }
  if (responseType !== 'code') {
    const known = ['id_token', 'code id_token', 'id_token token', 'token'].includes(responseType)
    throw known
      ? new RedirectError(
          'unsupported_response_type',
          "AADSTS700054: response_type 'id_token' is not enabled for the application.",
          back,
        )
      : new RedirectError(
          'unsupported_response_type',
          `AADSTS70005: The response_type '${responseType}' is not supported.`,
          back,
        )
  }
  const challenge = readChallenge(read)
  if (challenge instanceof Error) throw new RedirectError('invalid_request', challenge.message, back)
  const scope = read('scope')
  if (scope === undefined) {
    throw new RedirectError(
      'invalid_request',
      "AADSTS900144: The request body must contain the following parameter: 'scope'.",
      back,
    )
  }
  const prompt = read('prompt')
  if (prompt !== undefined && !['login', 'none', 'consent', 'select_account'].includes(prompt)) {
    throw new RedirectError('invalid_request', `AADSTS90023: Unsupported 'prompt' value.`, back)
  }
  return {
    kind: 'code',
    segment,
    client,
    ...back,
    confidential: client.confidentialRedirectUris.includes(registered),
    scope,
    scopes: scopesOrRedirect(tenant, scope, back),
    nonce: read('nonce'),
    prompt,
    loginHint: read('login_hint'),
    challenge,
  }
}

function scopesOrRedirect(
  tenant: Tenant,
  scope: string,
  back: Pick<AuthorizeRequest, 'redirectUri' | 'responseMode' | 'state'>,
): AuthorizeRequest['scopes'] {
  try {
    return readScopes(tenant, scope)
  } catch (error) {
    if (error instanceof EntraError) throw new RedirectError(error.error, error.message, back)
    throw error
  }
}
