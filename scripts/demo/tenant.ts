/** The simulated tenant as the demo sees it: its ready line, its control endpoints, and Graph read by an own application. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'

export interface TenantReady {
  readonly ready: true
  readonly clouds: {
    readonly global: { readonly login: string; readonly graph: string; readonly ca: string }
  }
  readonly control: string
  readonly tenantId: string
  readonly domains: readonly string[]
  readonly personas: readonly { readonly upn: string; readonly password: string; readonly role: string }[]
  readonly app: { readonly clientId: string; readonly clientSecret: string }
}

/** One mail as the tenant really holds it. */
export interface HeldMail {
  readonly id: string
  readonly sha256: string
  /** SHA-256 of the MIME bytes that were given out for it. */
  readonly served: readonly string[]
}

export interface TenantReader {
  control<T>(verb: string, body: unknown): Promise<T>
  /** What Graph answers at a path below `/v1.0`, with immutable ids and times in UTC. */
  json<T = Record<string, unknown>>(path: string): Promise<T>
  /** A mail's fields and the hashes of its attachments, in the order of their names. */
  mail(userPrincipalName: string, id: string): Promise<Record<string, unknown>>
}

/** Reads with the ready application's token. */
export async function openTenant(ready: TenantReady): Promise<TenantReader> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(ready.clouds.global.ca) } })
  const { graph, login } = ready.clouds.global
  const token = await request(`${login}/${ready.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: ready.app.clientId,
      client_secret: ready.app.clientSecret,
      scope: `${new URL(graph).origin}/.default`,
    }).toString(),
  })
  const { access_token: accessToken } = (await token.body.json()) as { access_token?: string }
  if (!accessToken) throw new Error(`the simulated tenant gave no token (status ${token.statusCode})`)

  async function read(path: string, as: 'json' | 'bytes'): Promise<unknown> {
    const answer = await request(`${graph}/v1.0${path}`, {
      dispatcher,
      headers: { authorization: `Bearer ${accessToken}`, prefer: 'IdType="ImmutableId"' },
    })
    if (answer.statusCode !== 200)
      throw new Error(
        `GET ${path} answered ${answer.statusCode}: ${(await answer.body.text()).slice(0, 300)}`,
      )
    return as === 'json' ? answer.body.json() : Buffer.from(await answer.body.arrayBuffer())
  }

  return {
    control: async <T>(verb: string, body: unknown) => {
      const answer = await request(`${ready.control}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (answer.statusCode >= 400) throw new Error(`control ${verb} answered ${answer.statusCode}`)
      return (await answer.body.json()) as T
    },
    json: async <T>(path: string) => (await read(path, 'json')) as T,
    async mail(userPrincipalName, id) {
      const place = `/users/${encodeURIComponent(userPrincipalName)}/messages/${encodeURIComponent(id)}`
      const message = (await read(place, 'json')) as Record<string, unknown>
      const { value } = (await read(`${place}/attachments?$select=id,name,contentType,isInline`, 'json')) as {
        value: { id: string; name: string; contentType: string; isInline: boolean }[]
      }
      const attachments = []
      for (const attachment of value) {
        const bytes = (await read(
          `${place}/attachments/${encodeURIComponent(attachment.id)}/$value`,
          'bytes',
        )) as Buffer
        attachments.push({ name: attachment.name, sha256: createHash('sha256').update(bytes).digest('hex') })
      }
      attachments.sort((a, b) => (a.name + a.sha256 < b.name + b.sha256 ? -1 : 1))
      return { ...message, attachments }
    },
  }
}
