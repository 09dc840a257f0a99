/** Somebody who just works while the others load the server: signs in, opens pages; and a monitor that asks for health. */
import { setTimeout as sleep } from 'node:timers/promises'
import { comingFrom, percentile, signIn } from './client.ts'
import type { SeededServer } from './seeded-server.ts'

export interface OrdinaryUse {
  /** Sign-ins tried, how many failed, and how long the slowest took, in milliseconds. */
  readonly signIns: number
  readonly signInsFailed: number
  readonly signInSlowest: number
  readonly pages: number
  readonly pagesFailed: number
  /** Milliseconds. */
  readonly pageMedian: number
  readonly pageSlowest: number
  readonly healthFailed: number
}

const address = '203.0.113.9'
const pause = 500
const signInEvery = 5_000

/** Works until `end` is called, which answers how it went. */
export function watchOrdinaryUser(server: SeededServer): { end(): Promise<OrdinaryUse> } {
  const ending = new AbortController()
  const signIns: number[] = []
  const pages: number[] = []
  let signInsFailed = 0
  let pagesFailed = 0
  let healthFailed = 0
  const credentials = { userName: 'owner', password: server.password }
  let token = ''

  async function timed(times: number[], work: () => Promise<boolean>): Promise<boolean> {
    const start = performance.now()
    const well = await work().catch(() => false)
    times.push(performance.now() - start)
    return well
  }
  async function get(path: string): Promise<boolean> {
    const answer = await fetch(server.address + path, {
      headers: { ...comingFrom(address), authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(30_000),
    })
    await answer.arrayBuffer()
    return answer.ok
  }
  async function signInAgain(): Promise<boolean> {
    const result = await signIn(server.address, address, credentials)
    if ('token' in result) token = result.token
    return 'token' in result
  }
  async function work(): Promise<void> {
    let signedInAt = Number.NEGATIVE_INFINITY
    while (!ending.signal.aborted) {
      if (performance.now() - signedInAt > signInEvery) {
        signedInAt = performance.now()
        if (!(await timed(signIns, signInAgain))) signInsFailed += 1
      }
      for (const path of ['/api/v1/organizations', '/api/v1/status']) {
        if (!(await timed(pages, () => get(path)))) pagesFailed += 1
      }
      if (!(await timed([], () => get('/api/v1/health')))) healthFailed += 1
      await sleep(pause, undefined, { signal: ending.signal }).catch(() => {})
    }
  }
  const working = work()
  return {
    end: async () => {
      ending.abort()
      await working
      return {
        signIns: signIns.length,
        signInsFailed,
        signInSlowest: Math.max(...signIns),
        pages: pages.length,
        pagesFailed,
        pageMedian: percentile(pages, 0.5),
        pageSlowest: Math.max(...pages),
        healthFailed,
      }
    },
  }
}
