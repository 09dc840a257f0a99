/** A server and a provider of OpenID Connect for the tests of single sign-on. */
import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import type {
  AuditEntryView,
  Page,
  SaveSingleSignOn,
  SessionView,
  SingleSignOnSettings,
} from '../../src/contract/index.ts'
import { type Clock, systemClock } from '../../src/shared/index.ts'
import { client, PlainBrowser, startOpenIdProvider } from '../openid-provider.ts'
import { createTestServer, testOperator } from '../server.ts'

export const base = '/api/v1'
export const loopback = ['127.0.0.0/8', '::1']

/** The server with an independent provider beside it, and what a browser does between them. Stops with `await using`. */
export async function startSingleSignOn(
  allowedNetworks: readonly string[] = loopback,
  clock: Clock = systemClock,
) {
  const server = await createTestServer({ allowedNetworks, clock })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const address = `http://localhost:${(server.app.server.address() as AddressInfo).port}`
  const provider = await startOpenIdProvider(`${address}${base}/session/single-sign-on/return`)
  const owner = await server.signIn()
  const json = { 'content-type': 'application/json' }
  const call = async <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ) => {
    const answer = await server.app.inject({
      method,
      url: `${base}${url}`,
      headers: owner.headers,
      ...(payload && { payload }),
    })
    return { status: answer.statusCode, body: (answer.body ? answer.json() : null) as T }
  }
  const settings = (more: Partial<SaveSingleSignOn> = {}): SaveSingleSignOn => ({
    enabled: true,
    name: 'Example',
    issuer: provider.issuer,
    clientId: client.id,
    clientSecret: client.secret,
    scopes: 'openid profile',
    roleClaim: 'groups',
    mappings: [
      { value: 'backup-admins', role: 'administrator', organizationIds: null },
      { value: 'backup-readers', role: 'auditor', organizationIds: null },
    ],
    unknownOperators: 'refuse',
    passwordsForOwnersOnly: false,
    sessionHours: 8,
    proof: { password: testOperator.password },
    ...more,
  })
  const save = async (more: Partial<SaveSingleSignOn> = {}) => {
    const { status, body } = await call<SingleSignOnSettings>(
      'PUT',
      '/settings/single-sign-on',
      settings(more),
    )
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }
  /** From the sign-in page to where the provider leads back, which is not opened yet. */
  const toReturn = async (browser: PlainBrowser, account: string, body: object = {}) => {
    const begun = await browser.open(`${address}${base}/session/single-sign-on`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    })
    const text = await begun.text()
    assert.equal(begun.status, 201, text)
    return browser.signInAtProvider((JSON.parse(text) as { address: string }).address, account)
  }
  const sessionOf = async (browser: PlainBrowser) => {
    const answer = await browser.open(`${address}${base}/session`)
    return answer.status === 200 ? ((await answer.json()) as SessionView) : null
  }
  /** The whole way: the code of the refusal, or the session. */
  const signIn = async (account: string, browser = new PlainBrowser(), body: object = {}) => {
    const answer = await browser.open(await toReturn(browser, account, body))
    const page = await answer.text()
    const refusal = /\((S[A-Z]{2}_[A-Z_]+)\)/.exec(page)?.[1] ?? null
    return { browser, answer, refusal, session: await sessionOf(browser) }
  }
  const entries = async (action: string) => {
    const { body } = await call<Page<AuditEntryView>>('GET', `/audit-entries?action=${action}`)
    return body.items
  }
  return {
    ...server,
    owner,
    call,
    save,
    settings,
    signIn,
    toReturn,
    sessionOf,
    entries,
    provider,
    address,
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await provider.stop()
    },
  }
}
