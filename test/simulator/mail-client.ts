import { createHash } from 'node:crypto'
import { Agent, fetch, type HeadersInit, type Response } from 'undici'
import type { SimulatorOptions } from '../../simulator/options.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/start.ts'

/** A small Graph client for looking at the simulated mailboxes from outside, over real HTTP. */

export type Json = { readonly [name: string]: unknown }
export type GraphMessage = Json & { readonly id: string }
export type Listed = {
  readonly id: string
  readonly folder: readonly string[]
  readonly folderId: string
  readonly sha256: string
  readonly source: string
  readonly corpus?: string
  readonly isRead: boolean
}
export type Truth = {
  readonly messages: readonly Listed[]
  readonly folders: readonly {
    readonly id: string
    readonly path: readonly string[]
    readonly hidden: boolean
    readonly messages: number
    readonly wellKnownName: string | null
  }[]
}

export type MailClient = {
  readonly simulator: RunningSimulator
  readonly mailboxes: readonly string[]
  readonly graph: string
  readonly call: (
    path: string,
    init?: {
      method?: string
      headers?: Record<string, string>
      body?: unknown
      raw?: string | Buffer
      signal?: AbortSignal
      redirect?: 'manual'
    },
  ) => Promise<Response>
  readonly json: <T = Json>(path: string, init?: Parameters<MailClient['call']>[1]) => Promise<T>
  /** All pages of a list; for change tracking also the link that ends the round. */
  readonly pages: (
    path: string,
    headers?: Record<string, string>,
  ) => Promise<{ readonly items: GraphMessage[]; readonly deltaLink?: string; readonly pages: number }>
  readonly control: <T = Json>(verb: string, body?: Json) => Promise<T>
  readonly controlDrives: <T = Json>(verb: string, body?: Json) => Promise<T>
  readonly controlOutlook: <T = Json>(verb: string, body?: Json) => Promise<T>
  readonly plain: (
    address: string,
    init?: { method?: string; headers?: Record<string, string>; body?: Buffer },
  ) => Promise<Response>
  readonly close: () => Promise<void>
}

export const immutable = { prefer: 'IdType="ImmutableId"' }
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Starts a tenant and signs in as its ready application, with all application roles but `rolesTakenAway`. */
export const openMail = async (
  options: Partial<SimulatorOptions>,
  rolesTakenAway: readonly string[] = [],
): Promise<MailClient> => {
  const simulator = await startSimulator({ withApp: true, ...options })
  const { directory } = simulator.tenant
  const taken = directory.servicePrincipals
    .flatMap((principal) => principal.appRoles)
    .filter((role) => rolesTakenAway.includes(role.value))
    .map((role) => role.id)
  directory.assignments = directory.assignments.filter((assignment) => !taken.includes(assignment.appRoleId))
  const { ready } = simulator
  const { login, graph, pages: pagesAddress } = ready.clouds.global
  const dispatcher = new Agent({ connect: { ca: simulator.caPem }, connections: 16 })
  const tokenAnswer = await fetch(`${login}/${ready.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    dispatcher,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: ready.app?.clientId ?? '',
      client_secret: ready.app?.clientSecret ?? '',
      scope: `${graph}/.default`,
    }),
  })
  const { access_token: token } = (await tokenAnswer.json()) as { access_token: string }

  const call: MailClient['call'] = async (path, init = {}) => {
    const headers: HeadersInit = { authorization: `Bearer ${token}`, ...init.headers }
    if (init.body !== undefined) headers['content-type'] = 'application/json'
    return await fetch(path.startsWith('https:') ? path : `${graph}/v1.0${path}`, {
      method: init.method ?? 'GET',
      headers,
      dispatcher,
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
      ...(init.raw === undefined ? {} : { body: init.raw }),
      ...(init.signal === undefined ? {} : { signal: init.signal }),
      ...(init.redirect === undefined ? {} : { redirect: init.redirect }),
    })
  }
  const json: MailClient['json'] = async <T>(
    path: string,
    init?: Parameters<MailClient['call']>[1],
  ): Promise<T> => {
    const answer = await call(path, init)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${answer.status} ${path}: ${text}`)
    return JSON.parse(text) as T
  }
  const pages: MailClient['pages'] = async (path, headers = immutable) => {
    const items: GraphMessage[] = []
    let count = 0
    for (let link = path; ; count++) {
      const page = await json<{
        value: GraphMessage[]
        '@odata.nextLink'?: string
        '@odata.deltaLink'?: string
      }>(link, { headers })
      items.push(...page.value)
      if (page['@odata.nextLink'] === undefined) {
        const deltaLink = page['@odata.deltaLink']
        return { items, pages: count + 1, ...(deltaLink === undefined ? {} : { deltaLink }) }
      }
      link = page['@odata.nextLink']
    }
  }
  const controlOf =
    (side: string) =>
    async <T>(verb: string, body: Json = {}): Promise<T> => {
      const answer = await fetch(`${pagesAddress}/_control/${side}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`control ${verb}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    }
  return {
    simulator,
    mailboxes: simulator.tenant.users.filter((user) => user.hasMailbox).map((user) => user.userPrincipalName),
    graph,
    call,
    json,
    pages,
    control: controlOf('mail'),
    controlDrives: controlOf('drives'),
    controlOutlook: controlOf('outlook'),
    /** Without a token: content has a host of its own. */
    plain: (address, init = {}) => fetch(address, { dispatcher, ...init }),
    close: async () => {
      await dispatcher.close()
      await simulator.stop()
    },
  }
}
