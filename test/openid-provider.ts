/** An independent provider of OpenID Connect (`oidc-provider`) on this machine, with its own pages to sign in and agree. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const client = { id: 'bdrcloud', secret: 'a secret of the provider and this server' }

export interface OpenIdProvider {
  readonly issuer: string
  /** Groups by account; whoever is not in it has none. */
  readonly groups: Map<string, string[]>
  stop(): Promise<void>
}

/** Any name signs in with any password; the name is the subject. */
export async function startOpenIdProvider(redirectUri: string): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`
  const groups = new Map<string, string[]>()
  const provider = new Provider(issuer, {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [redirectUri] }],
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'email', 'email_verified', 'groups'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: `subject of ${id}`,
        name: `${id} of the provider`,
        preferred_username: id,
        email: `${id}@example.com`,
        email_verified: false,
        groups: groups.get(id) ?? [],
      }),
    }),
  })
  server.on('request', provider.callback())
  return {
    issuer,
    groups,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A browser without pages: cookies by host, redirects one at a time. */
export class PlainBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()

  async open(address: string, init: RequestInit = {}): Promise<Response> {
    const { host } = new URL(address)
    const jar = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, jar)
    const answer = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(init.headers as Record<string, string> | undefined),
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }

  /** As who clears the cookies of one place. */
  forget(address: string): void {
    this.#cookies.delete(new URL(address).host)
  }

  /** Signs in at the provider and agrees; the address that it leads back to, not opened yet. */
  async signInAtProvider(address: string, account: string): Promise<string> {
    const { origin } = new URL(address)
    for (let steps = 0; steps < 12; steps++) {
      if (new URL(address).origin !== origin) return address
      const answer = await this.open(address)
      const location = answer.headers.get('location')
      if (location) {
        address = new URL(location, address).href
        continue
      }
      const page = await answer.text()
      const action = /action="([^"]+)"/.exec(page)?.[1]
      if (!action) throw new Error(`no form at ${address}: ${page.slice(0, 300)}`)
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? 'consent'
      const sent = await this.open(new URL(action, address).href, {
        method: 'POST',
        body: new URLSearchParams(
          prompt === 'login' ? { prompt, login: account, password: 'any' } : { prompt },
        ),
      })
      address = new URL(sent.headers.get('location') ?? '', address).href
    }
    throw new Error('the provider leads nowhere')
  }
}
