/**
 * Keeps each budget of Microsoft's apart: at most four requests of one application in one mailbox at a time and 9,600 in
 * ten minutes (Exchange allows 4 and 10,000; Microsoft Graph "Service-specific throttling limits", August 2026), and no request
 * of a key before the time that Microsoft named in `Retry-After`. A key is application + mailbox, or application + tenant for
 * the directory; one key's fence never delays another key.
 *
 * Invariants: a place is given back exactly once; who waits with priority `high` goes first, then first come first served;
 * keys without running or waiting requests and without history are forgotten, so memory follows the active mailboxes.
 */
import type { Clock } from '../../shared/index.ts'

export interface PacerRequest {
  readonly key: string
  readonly priority?: 'high' | 'normal' | undefined
  readonly signal?: AbortSignal | undefined
  /** How many requests Microsoft counts this as; a batch is as many as it holds. Default 1. */
  readonly weight?: number | undefined
}

export interface Pacer {
  /** Waits for a place. The function returned gives it back; calling it again does nothing. */
  acquire(request: PacerRequest): Promise<() => void>
  /** No request of `key` starts before `until` (milliseconds since the epoch). */
  fence(key: string, until: number): void
  /** How long the key is fenced from now on, in milliseconds. */
  fencedFor(key: string): number
}

export interface PacerOptions {
  readonly clock: Clock
  readonly concurrency?: number
  readonly requestsPerWindow?: number
  readonly windowMs?: number
}

interface Waiter {
  readonly high: boolean
  readonly weight: number
  readonly places: number
  start(): void
}

interface Lane {
  inFlight: number
  waiting: Waiter[]
  fencedUntil: number
  /** Starts, counted in slots of a sixtieth of the window: [slot number, starts]. */
  history: Array<[slot: number, starts: number]>
  wakeUp: AbortController | null
}

export function createPacer({
  clock,
  concurrency = 4,
  requestsPerWindow = 9_600,
  windowMs = 600_000,
}: PacerOptions): Pacer {
  const lanes = new Map<string, Lane>()
  const slotMs = windowMs / 60
  let acquisitions = 0

  function laneOf(key: string): Lane {
    let lane = lanes.get(key)
    if (!lane) {
      lane = { inFlight: 0, waiting: [], fencedUntil: 0, history: [], wakeUp: null }
      lanes.set(key, lane)
    }
    return lane
  }

  /** Milliseconds until the lane may start a request, apart from its places. */
  function delay(lane: Lane): number {
    const now = clock.now()
    const firstSlot = Math.floor((now - windowMs) / slotMs)
    while (lane.history[0] !== undefined && lane.history[0][0] < firstSlot) lane.history.shift()
    const started = lane.history.reduce((sum, [, starts]) => sum + starts, 0)
    const oldest = lane.history[0]
    const rate =
      started >= requestsPerWindow && oldest !== undefined ? (oldest[0] + 1) * slotMs + windowMs - now : 0
    return Math.max(0, lane.fencedUntil - now, rate)
  }

  function count(lane: Lane, weight: number): void {
    const slot = Math.floor(clock.now() / slotMs)
    const last = lane.history.at(-1)
    if (last?.[0] === slot) last[1] += weight
    else lane.history.push([slot, weight])
  }

  function pump(lane: Lane): void {
    while (lane.waiting.length > 0) {
      const next = lane.waiting.find((waiter) => waiter.high) ?? lane.waiting[0]
      if (!next || lane.inFlight + next.places > concurrency) return
      const wait = delay(lane)
      if (wait > 0) {
        sleepThenPump(lane, wait)
        return
      }
      lane.waiting.splice(lane.waiting.indexOf(next), 1)
      lane.inFlight += next.places
      count(lane, next.weight)
      next.start()
    }
  }

  function sleepThenPump(lane: Lane, wait: number): void {
    if (lane.wakeUp) return
    const wakeUp = new AbortController()
    lane.wakeUp = wakeUp
    clock.sleep(wait, wakeUp.signal).then(
      () => {
        if (lane.wakeUp !== wakeUp) return
        lane.wakeUp = null
        pump(lane)
      },
      () => {}, // aborted because nobody waits any more
    )
  }

  /** Now and then, forget the keys that nothing depends on. */
  function sweep(): void {
    acquisitions += 1
    if (acquisitions % 1_000 !== 0) return
    for (const [key, lane] of lanes) {
      if (lane.inFlight > 0 || lane.waiting.length > 0) continue
      if (delay(lane) === 0 && lane.history.length === 0) lanes.delete(key)
    }
  }

  return {
    acquire({ key, priority, signal, weight = 1 }) {
      sweep()
      const places = Math.min(weight, concurrency)
      const lane = laneOf(key)
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const waiter: Waiter = {
          high: priority === 'high',
          weight,
          places,
          start() {
            signal?.removeEventListener('abort', giveUp)
            let held = true
            resolve(() => {
              if (!held) return
              held = false
              lane.inFlight -= places
              pump(lane)
            })
          },
        }
        const giveUp = () => {
          lane.waiting.splice(lane.waiting.indexOf(waiter), 1)
          if (lane.waiting.length === 0) {
            lane.wakeUp?.abort()
            lane.wakeUp = null
          }
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', giveUp, { once: true })
        lane.waiting.push(waiter)
        pump(lane)
      })
    },
    fence(key, until) {
      const lane = laneOf(key)
      lane.fencedUntil = Math.max(lane.fencedUntil, until)
    },
    fencedFor(key) {
      return Math.max(0, (lanes.get(key)?.fencedUntil ?? 0) - clock.now())
    },
  }
}
