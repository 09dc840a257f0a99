/** What the server is loaded with: wrong sign-ins, open event streams, browsing. */
import { type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { addressOf, comingFrom, percentile, signIn } from './client.ts'
import type { SeededServer } from './seeded-server.ts'

/** One kind of request within a load; times in milliseconds. */
export interface LoadRow {
  readonly what: string
  readonly requests: number
  readonly perSecond: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly slowest: number
  /** How many were answered with which status. */
  readonly statuses: Readonly<Record<string, number>>
  /** No answer, or none in time. */
  readonly errors: number
}

const signInConnections = 50
/** The limit for one address is 20 a minute. */
const triesPerAddress = 20
const guessedNames = 50

/**
 * Wrong passwords from as many addresses as the limit for each demands: nine of ten for a few names (which their own throttle then holds
 * back), every tenth for a name that nobody tried before (which costs a whole hash).
 */
export async function wrongSignIns(server: SeededServer, tries: number): Promise<LoadRow[]> {
  let next = 0
  const result = await autocannon({
    url: server.address,
    connections: Math.min(signInConnections, tries),
    amount: tries,
    // Fifty wait for two hashes at a time: on a slow machine that takes its time, and is what is measured.
    timeout: 600,
    requests: [
      {
        method: 'POST',
        path: '/api/v1/session',
        setupRequest: (one) => {
          const n = next++
          const userName = n % 10 === 0 ? `nobody${n}` : (server.operators[n % guessedNames] ?? 'load1')
          const headers = {
            ...comingFrom(addressOf(Math.floor(n / triesPerAddress))),
            'content-type': 'application/json',
          }
          return { ...one, headers, body: JSON.stringify({ userName, password: `wrong password ${n}` }) }
        },
      },
    ],
  })
  return [rowOf('wrong sign-in', result)]
}

/** Opens so many streams at once, publishes events to all of them, and waits for signs of life. */
export async function eventStreams(
  server: SeededServer,
  count: number,
  say: (line: string) => void,
): Promise<LoadRow[]> {
  const perSession = 20
  const sessions: { token: string; from: string }[] = []
  const users = server.operators.toReversed()
  for (let index = 0; index < Math.ceil(count / perSession); index += 1) {
    const from = addressOf(60_000 + index)
    const userName = users[index % users.length] ?? ''
    const answer = await signIn(server.address, from, { userName, password: server.password })
    if (!('token' in answer)) throw new Error(`signing in for streams answered ${answer.status}`)
    sessions.push({ token: answer.token, from })
  }
  const streams: EventStream[] = []
  const start = performance.now()
  const opened = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const session = sessions[Math.floor(index / perSession)]
      const begun = performance.now()
      const stream = await openStream(server.address, session?.token ?? '', session?.from ?? '')
      if (stream.status === 200) streams.push(stream)
      return { status: stream.status, time: performance.now() - begun }
    }),
  )
  const opening = rowOfTimes('open an event stream', opened, performance.now() - start)
  say(`${streams.length} streams are open`)

  const reached: { status: number; time: number }[] = []
  const publishing = performance.now()
  for (let round = 0; round < 20; round += 1) {
    const before = streams.map((one) => one.events())
    const sent = performance.now()
    await rename(server, `Contoso ${round}`)
    const deadline = sent + 10_000
    while (
      performance.now() < deadline &&
      streams.some((one, index) => one.events() <= (before[index] ?? 0))
    ) {
      await sleep(5)
    }
    for (const [index, one] of streams.entries()) {
      const arrived = one.events() > (before[index] ?? 0)
      reached.push({ status: arrived ? 200 : 0, time: one.lastAt() - sent })
    }
    await sleep(200)
  }
  const delivery = rowOfTimes('event until it arrives', reached, performance.now() - publishing)
  // Heartbeats come every 15 seconds.
  await sleep(17_000)
  const alive = streams.filter((one) => one.beats() > 0 && !one.ended()).length
  for (const one of streams) one.close()
  return [
    opening,
    delivery,
    { ...noTimes('stream alive after 20 seconds'), requests: alive, errors: streams.length - alive },
  ]
}

/** Mails of the catalog as the console asks for them, so many a second for so many seconds, a quarter of each kind. */
export async function browsing(server: SeededServer, rate: number, seconds: number): Promise<LoadRow[]> {
  const users: string[] = []
  for (const [index, userName] of server.operators.slice(0, 20).entries()) {
    const answer = await signIn(server.address, addressOf(50_000 + index), {
      userName,
      password: server.password,
    })
    if (!('token' in answer)) throw new Error(`signing in to browse answered ${answer.status}`)
    users.push(answer.token)
  }
  const { organizationId, mailboxIds, itemIds } = server
  const words = ['number1', 'number7', 'number42', 're', 'meeting number3']
  const kinds: Record<string, (n: number) => string> = {
    'list of mails': (n) => `/api/v1/mailboxes/${mailboxIds[n % mailboxIds.length]}/items?limit=50`,
    'list of folders': (n) => `/api/v1/mailboxes/${mailboxIds[n % mailboxIds.length]}/folders`,
    search: (n) =>
      `/api/v1/organizations/${organizationId}/search?limit=50&query=${encodeURIComponent(words[n % words.length] ?? '')}`,
    preview: (n) => `/api/v1/items/${itemIds[n % itemIds.length]}/preview`,
  }
  let n = 0
  return Promise.all(
    Object.entries(kinds).map(async ([what, pathOf]) => {
      const result = await autocannon({
        url: server.address,
        connections: 25,
        duration: seconds,
        overallRate: rate / Object.keys(kinds).length,
        timeout: 30,
        requests: [
          {
            method: 'GET',
            setupRequest: (one) => {
              n += 1
              const user = n % users.length
              const headers = {
                ...comingFrom(addressOf(50_000 + user)),
                authorization: `Bearer ${users[user]}`,
              }
              return { ...one, path: pathOf(n), headers }
            },
          },
        ],
      })
      return rowOf(what, result)
    }),
  )
}

async function rename(server: SeededServer, name: string): Promise<void> {
  const answer = await signedIn(server)
  const response = await fetch(`${server.address}/api/v1/organizations/${server.organizationId}`, {
    method: 'PATCH',
    headers: { ...answer, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`renaming the organization answered ${response.status}`)
  await response.arrayBuffer()
}

let ownerHeaders: Promise<Record<string, string>> | undefined

function signedIn(server: SeededServer): Promise<Record<string, string>> {
  ownerHeaders ??= signIn(server.address, addressOf(70_000), {
    userName: 'owner',
    password: server.password,
  }).then((answer) => {
    if (!('token' in answer)) throw new Error(`signing in answered ${answer.status}`)
    return { ...comingFrom(addressOf(70_000)), authorization: `Bearer ${answer.token}` }
  })
  return ownerHeaders
}

interface EventStream {
  readonly status: number
  events(): number
  beats(): number
  lastAt(): number
  ended(): boolean
  close(): void
}

function openStream(server: string, token: string, from: string): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const headers = { ...comingFrom(from), authorization: `Bearer ${token}` }
    const sent = request(
      `${server}/api/v1/events`,
      { agent: false, headers },
      (response: IncomingMessage) => {
        let events = 0
        let beats = 0
        let lastAt = 0
        let ended = false
        response.setEncoding('utf8').on('data', (text: string) => {
          if (text.includes('event: organization\n')) {
            events += 1
            lastAt = performance.now()
          }
          if (text.includes(': alive')) beats += 1
        })
        response.once('close', () => {
          ended = true
        })
        response.on('error', () => {})
        resolve({
          status: response.statusCode ?? 0,
          events: () => events,
          beats: () => beats,
          lastAt: () => lastAt,
          ended: () => ended,
          close: () => sent.destroy(),
        })
      },
    )
    sent.once('error', reject).end()
  })
}

function rowOf(what: string, result: autocannon.Result): LoadRow {
  const statuses = Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => [
    status,
    count,
  ])
  const { p50, p90, p99, max } = result.latency
  return {
    what,
    requests: result.requests.total,
    perSecond: result.requests.total / result.duration,
    p50,
    p90,
    p99,
    slowest: max,
    statuses: Object.fromEntries(statuses),
    errors: result.errors + result.timeouts,
  }
}

function rowOfTimes(
  what: string,
  all: readonly { status: number; time: number }[],
  milliseconds: number,
): LoadRow {
  const times = all.filter(({ status }) => status === 200).map(({ time }) => time)
  const statuses: Record<string, number> = {}
  for (const { status } of all) statuses[status] = (statuses[status] ?? 0) + 1
  return {
    what,
    requests: all.length,
    perSecond: (all.length * 1000) / milliseconds,
    p50: percentile(times, 0.5),
    p90: percentile(times, 0.9),
    p99: percentile(times, 0.99),
    slowest: Math.max(...times),
    statuses,
    errors: all.length - times.length,
  }
}

function noTimes(what: string): LoadRow {
  return { what, requests: 0, perSecond: 0, p50: 0, p90: 0, p99: 0, slowest: 0, statuses: {}, errors: 0 }
}
