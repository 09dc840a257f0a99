/** What the tests of the Microsoft side share: clocks that are moved by hand, small HTTP servers, and a simulated tenant. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startSimulator } from '../../simulator/start.ts'
import {
  type Cloud,
  cloudTable,
  createGraphClient,
  createMicrosoftNetwork,
  createPacer,
  findCloud,
  type GraphClient,
  type GraphClientOptions,
  loadClouds,
  type MicrosoftNetwork,
  productUserAgent,
  type TokenProvider,
} from '../../src/microsoft/index.ts'
import { type Clock, systemClock } from '../../src/shared/index.ts'

/** A clock on which every sleep is over at once and moves the time on. `sleeps` lists their lengths. */
export function skippingClock(start = Date.now()): Clock & { sleeps: number[]; move(ms: number): void } {
  let now = start
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => now,
    move(ms) {
      now += ms
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      sleeps.push(ms)
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A clock that stands still until it is moved. */
export function standingClock(): Clock & { move(ms: number): Promise<void> } {
  let now = 1_000_000_000_000
  let sleepers: Array<{ at: number; wake: () => void }> = []
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.push(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper)
          reject(signal.reason)
        })
      }),
    async move(ms) {
      now += ms
      const due = sleepers.filter((sleeper) => sleeper.at <= now)
      sleepers = sleepers.filter((sleeper) => sleeper.at > now)
      for (const sleeper of due) sleeper.wake()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

export const logged: string[] = []
export const logger = {
  debug: (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`),
  warn: (details: object, message: string) => logged.push(`${message} ${JSON.stringify(details)}`),
}

export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface SmallGraph {
  readonly cloud: Cloud
  readonly network: MicrosoftNetwork
  readonly received: ReceivedRequest[]
  client(options?: Partial<GraphClientOptions>): GraphClient
  close(): Promise<void>
}

/** A Graph that answers as the test says. `answer` gets each request and its number, from 1. */
export async function startSmallGraph(
  answer: (request: ReceivedRequest, response: ServerResponse, number: number) => void | Promise<void>,
): Promise<SmallGraph> {
  const received: ReceivedRequest[] = []
  const server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url = '', headers } = request
    received.push({ method, url, headers, body })
    await answer({ method, url, headers, body }, response, received.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const cloud: Cloud = {
    ...findCloud(cloudTable, 'global'),
    graphRoot: origin,
    loginAuthority: origin,
    loginAliases: [],
  }
  const network = createMicrosoftNetwork({ clouds: [cloud], logger, userAgent: productUserAgent('0.0.0') })
  return {
    cloud,
    network,
    received,
    client(options = {}) {
      const clock = options.clock ?? skippingClock()
      return createGraphClient({
        network,
        cloud,
        tokens: countingTokens(),
        clientId: 'app',
        pacer: createPacer({ clock }),
        clock,
        logger,
        random: () => 0.5,
        ...options,
      })
    },
    async close() {
      await network.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Tokens `token-1`, `token-2`, …: a new one after each `invalidate`. */
export function countingTokens(): TokenProvider {
  let number = 1
  return {
    token: async () => ({ accessToken: `token-${number}`, expiresAt: Number.MAX_SAFE_INTEGER, roles: [] }),
    invalidate() {
      number += 1
    },
  }
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

export function graphError(code: string, message = 'text') {
  return { error: { code, message, innerError: { date: '2026-11-22T10:00:00', 'request-id': 'request-1' } } }
}

/** A simulated tenant with a ready application, and our side of it. */
export async function startTenant(options: Parameters<typeof startSimulator>[0] = {}) {
  const simulator = await startSimulator({ users: 3, mails: 12, withApp: true, ...options })
  const { login, graph, ca } = simulator.ready.clouds.global
  const clouds = loadClouds({
    global: { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca },
  })
  const cloud = findCloud(clouds, 'global')
  const network = createMicrosoftNetwork({ clouds, logger, userAgent: productUserAgent('0.0.0') })
  const { ready } = simulator
  if (!ready.app) throw new Error('the simulator made no application')
  return {
    simulator,
    cloud,
    network,
    app: ready.app,
    tenantId: ready.tenantId,
    async control(path: string, body: unknown) {
      const response = await fetch(`${ready.control}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as Record<string, unknown>
    },
    persona(role: string) {
      const persona = ready.personas.find((candidate) => candidate.role === role)
      if (!persona)
        throw new Error(`no persona ${role} among ${ready.personas.map((one) => one.role).join(', ')}`)
      return persona
    },
    graphFor(tokens: TokenProvider, clientId: string, clock: Clock = systemClock) {
      return createGraphClient({
        network,
        cloud,
        tokens,
        clientId,
        pacer: createPacer({ clock }),
        clock,
        logger,
      })
    },
    async stop() {
      await network.close()
      await simulator.stop()
    },
  }
}

/** Walks the sign-in pages as a person would, form by form, and returns the address the browser ends on. */
export async function signInThroughPages(
  address: string,
  person: { upn: string; password: string },
  redirectUri: string,
): Promise<URL> {
  let response = await fetch(address, { redirect: 'manual' })
  let base = address
  for (let step = 0; step < 8; step += 1) {
    const location = response.headers.get('location')
    if (location) {
      const target = new URL(location, base)
      if (target.href.startsWith(redirectUri)) return target
      base = target.href
      response = await fetch(target, { redirect: 'manual' })
      continue
    }
    const html = await response.text()
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1]
    if (!action) throw new Error(`no form on ${base}: ${html.slice(0, 500)}`)
    const fields = new URLSearchParams()
    for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      fields.set(/name="([^"]*)"/.exec(input)?.[1] ?? '', /value="([^"]*)"/.exec(input)?.[1] ?? '')
    }
    if (html.includes('name="login"')) fields.set('login', person.upn)
    if (html.includes('name="password"')) fields.set('password', person.password)
    base = new URL(action.replaceAll('&amp;', '&'), base).href
    response = await fetch(base, { method: 'POST', body: fields, redirect: 'manual' })
  }
  throw new Error('the sign-in has too many pages')
}
