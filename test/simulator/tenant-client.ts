/**
 * A plain client of the simulated tenant for its tests: Microsoft's own MSAL for tokens, undici for everything else, and
 * a browser without scripts that fills in the sign-in forms.
 */
import { createHash, randomBytes } from 'node:crypto'
import { ConfidentialClientApplication, type INetworkModule, PublicClientApplication } from '@azure/msal-node'
import { Agent, request } from 'undici'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/start.ts'

export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

export type Json = Record<string, unknown>
export type Answer = {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Json
  text: string
}

export type Lab = {
  readonly simulator: RunningSimulator
  readonly login: string
  readonly graph: string
  readonly pages: string
  readonly tenantId: string
  call(
    method: string,
    url: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
  token(form: Record<string, string>, tenant?: string): Promise<Answer>
  control(method: string, path: string, body?: unknown): Promise<Json>
  readonly network: INetworkModule
  stop(): Promise<void>
}

/** JSON as a record; an empty one for anything else. */
function record(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : {}
  } catch {
    return {}
  }
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : []
}

export function errorOf(answer: Answer): Json {
  return (answer.body['error'] ?? {}) as Json
}

export async function openLab(options: Partial<SimulatorOptions> = {}): Promise<Lab> {
  const simulator = await startSimulator({ users: 3, mails: 0, ...options })
  const { login, graph, pages } = simulator.ready.clouds.global
  const agent = new Agent({ connect: { ca: simulator.caPem } })
  const send: Lab['call'] = async (method, url, { token, body, headers = {} } = {}) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await request(url, {
      dispatcher: agent,
      method: method as 'GET',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
    })
    const received = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, body: record(received), text: received }
  }
  const msal = async <T>(
    method: string,
    url: string,
    headers: Record<string, string> = {},
    body?: string,
  ) => {
    const answer = await send(method, url, { headers, ...(body === undefined ? {} : { body }) })
    const plain = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
    )
    return { status: answer.status, headers: plain, body: answer.body as T }
  }
  return {
    simulator,
    login,
    graph: `${graph}/v1.0`,
    pages,
    tenantId: simulator.ready.tenantId,
    call: send,
    token: (form, tenant = simulator.ready.tenantId) =>
      send('POST', `${login}/${tenant}/oauth2/v2.0/token`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    control: async (method, path, body) =>
      (await send(method, `${simulator.ready.control}${path}`, body === undefined ? {} : { body })).body,
    network: {
      sendGetRequestAsync: (url, options) => msal('GET', url, options?.headers),
      sendPostRequestAsync: (url, options) => msal('POST', url, options?.headers, options?.body),
    },
    async stop() {
      await agent.close()
      await simulator.stop()
    },
  }
}

export function graphScope(lab: Lab): string {
  return `${lab.simulator.ready.clouds.global.graph}/.default`
}

type Credential =
  | { clientSecret: string }
  | { clientCertificate: { privateKey: string; thumbprintSha256: string } }

function authority(lab: Lab, tenant = lab.tenantId): { authority: string; knownAuthorities: string[] } {
  return { authority: `${lab.login}/${tenant}`, knownAuthorities: [new URL(lab.login).host] }
}

export function confidentialClient(
  lab: Lab,
  clientId: string,
  credential: Credential,
): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: { clientId, ...authority(lab), ...credential },
    system: { networkClient: lab.network },
  })
}

export function publicClient(lab: Lab, clientId = azureCli, tenant = lab.tenantId): PublicClientApplication {
  return new PublicClientApplication({
    auth: { clientId, ...authority(lab, tenant) },
    system: { networkClient: lab.network },
  })
}

export function personaOf(lab: Lab, name: string): { upn: string; password: string } {
  const persona = lab.simulator.ready.personas.find((one) => one.upn.startsWith(`${name}@`))
  if (persona === undefined) throw new Error(`no persona ${name}`)
  return persona
}

export type Pkce = { verifier: string; challenge: string }

export function pkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export function authorizeUrl(lab: Lab, parameters: Record<string, string>, tenant = 'organizations'): string {
  const query = new URLSearchParams({
    client_id: azureCli,
    response_type: 'code',
    redirect_uri: 'http://localhost:8123',
    scope: `${graphScope(lab)} openid profile`,
    state: 'state-1',
    ...parameters,
  })
  return `${lab.pages}/${tenant}/oauth2/v2.0/authorize?${query.toString()}`
}

export type Page = { status: number; html: string; location: URL | undefined }

/** A browser without scripts: keeps cookies, follows nothing by itself. */
export function openBrowser(lab: Lab) {
  let cookie = ''
  const visit = async (url: string, form?: URLSearchParams): Promise<Page> => {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: cookie === '' ? {} : { cookie },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    })
    const set = answer.headers.get('set-cookie')
    if (set !== null) cookie = set.split(';')[0] ?? ''
    const location = answer.headers.get('location')
    return {
      status: answer.status,
      html: await answer.text(),
      location: location === null ? undefined : new URL(location, url),
    }
  }
  const submit = (page: Page, values: Record<string, string>): Promise<Page> => {
    const form = new URLSearchParams()
    for (const [, name = '', value = ''] of page.html.matchAll(
      /<input type="hidden" name="([^"]*)" value="([^"]*)">/g,
    )) {
      form.set(name, value)
    }
    for (const [name, value] of Object.entries(values)) form.set(name, value)
    const action = /<form method="post"[^>]* action="([^"]+)"/.exec(page.html)?.[1]
    if (action === undefined) throw new Error(`no form on this page: ${page.html.slice(0, 2000)}`)
    return visit(new URL(action, lab.pages).href, form)
  }
  return {
    visit,
    submit,
    /** From the address to the page after the password. */
    async signIn(url: string, login: string, password: string): Promise<Page> {
      const account = await visit(url)
      return submit(await submit(account, { login }), { password })
    },
    link(page: Page, text: string): string {
      const href = new RegExp(`<a href="([^"]+)">${text}</a>`).exec(page.html)?.[1]
      if (href === undefined) throw new Error(`no link ${text}`)
      return new URL(href.replaceAll('&amp;', '&'), lab.pages).href
    },
  }
}

/** Signs a persona in with the Azure CLI's client and returns the Graph access token. */
export async function delegatedToken(lab: Lab, name: string): Promise<string> {
  const { verifier, challenge } = pkce()
  const { upn, password } = personaOf(lab, name)
  const url = authorizeUrl(lab, { code_challenge: challenge, code_challenge_method: 'S256' })
  const page = await openBrowser(lab).signIn(url, upn, password)
  const code = page.location?.searchParams.get('code')
  const answer = await lab.token({
    grant_type: 'authorization_code',
    client_id: azureCli,
    code: code ?? '',
    redirect_uri: 'http://localhost:8123',
    code_verifier: verifier,
  })
  return String(answer.body['access_token'])
}
