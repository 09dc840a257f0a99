/**
 * Keeps each budget of Microsoft's apart, and starts no request of a key before the time that Microsoft named in `Retry-After`. A
 * key is application + mailbox, or application + tenant for the directory and for files; one key's fence never delays another key.
 *
 * Invariants: a place is given back exactly once; who waits with priority `high` goes first, then first come first served, and a share of
 * each budget is kept for them; keys without running or waiting requests and without history are forgotten, so memory follows the
 * active mailboxes.
 */
import type { Clock } from '../../shared/index.ts'

/** What Microsoft allows one key. */
export interface Budget {
  /** Requests at a time. */
  readonly concurrency: number
  /** Units that may start within the window. */
  readonly unitsPerWindow: number
  /** Of them only for priority `high`. */
  readonly reserved: number
  /** Milliseconds. */
  readonly windowMs: number
  /** Whether a request takes as many places as it has units: a batch of Exchange's does, the resource units of files are only a cost. */
  readonly unitsTakePlaces: boolean
}

/** Exchange allows 4 at a time and 10,000 in ten minutes (Microsoft Graph, "Service-specific throttling limits", August 2026). */
const mailboxBudget: Budget = {
  concurrency: 4,
  unitsPerWindow: 9_800,
  reserved: 200,
  windowMs: 600_000,
  unitsTakePlaces: true,
}

/**
 * SharePoint and OneDrive allow an application 1,250 resource units a minute in a tenant of up to 1,000 licences, more in larger ones; they
 * name no number of requests at a time ("Avoid getting throttled or blocked in SharePoint Online", 2026).
 */
export const filesBudget: Budget = {
  concurrency: 8,
  unitsPerWindow: 1_240,
  reserved: 60,
  windowMs: 60_000,
  unitsTakePlaces: false,
}

export interface PacerRequest {
  readonly key: string
  readonly priority?: 'high' | 'normal' | undefined
  readonly signal?: AbortSignal | undefined
  /** Units that Microsoft counts this as: requests, of which a batch is as many as it holds, or resource units. Default 1. */
  readonly weight?: number | undefined
  /** Default: that of a mailbox. */
  readonly budget?: Budget | undefined
}

export interface Pacer {
  /** Waits for a place. The function returned gives it back; calling it again does nothing. */
  acquire(request: PacerRequest): Promise<() => void>
  /** No request of `key` starts before `until` (milliseconds since the epoch). */
  fence(key: string, until: number): void
  /** How long the key is fenced from now on, in milliseconds. */
  fencedFor(key: string): number
  /** How much of its window the fullest of the keys has used that begin so: 0 to 1, what is kept for `high` included. */
  used(beginning: string): number
}

export interface PacerOptions {
  readonly clock: Clock
  /** Of keys whose requests name none. */
  readonly budget?: Budget
}

interface Waiter {
  readonly high: boolean
  readonly weight: number
  readonly places: number
  start(): void
}

interface Lane {
  readonly key: string
  readonly budget: Budget
  inFlight: number
  waiting: Waiter[]
  /** Units started, counted in slots of a sixtieth of the window: [slot number, units]. */
  history: Array<[slot: number, units: number]>
  wakeUp: { readonly at: number; readonly abort: AbortController } | null
}

export function createPacer({ clock, budget: usual = mailboxBudget }: PacerOptions): Pacer {
  const lanes = new Map<string, Lane>()
  /** Times before which nothing starts, by key. */
  const fences = new Map<string, number>()
  let acquisitions = 0

  function laneOf(key: string, budget: Budget): Lane {
    let lane = lanes.get(key)
    if (!lane) {
      lane = { key, budget, inFlight: 0, waiting: [], history: [], wakeUp: null }
      lanes.set(key, lane)
    }
    return lane
  }

  const slotOf = ({ windowMs }: Budget) => windowMs / 60

  /** Units that started within the window. */
  function startedIn(lane: Lane): number {
    const { windowMs } = lane.budget
    const firstSlot = Math.floor((clock.now() - windowMs) / slotOf(lane.budget))
    while (lane.history[0] !== undefined && lane.history[0][0] < firstSlot) lane.history.shift()
    return lane.history.reduce((sum, [, units]) => sum + units, 0)
  }

  /** Milliseconds until the lane may start what waits, apart from its places. */
  function delay(lane: Lane, { high, weight }: Pick<Waiter, 'high' | 'weight'>): number {
    const now = clock.now()
    const { windowMs, unitsPerWindow, reserved } = lane.budget
    const slotMs = slotOf(lane.budget)
    const started = startedIn(lane)
    const oldest = lane.history[0]
    const allowed = unitsPerWindow - (high ? 0 : reserved)
    const full = oldest !== undefined && started + weight > allowed
    const rate = full ? (oldest[0] + 1) * slotMs + windowMs - now : 0
    return Math.max(0, (fences.get(lane.key) ?? 0) - now, rate)
  }

  function count(lane: Lane, weight: number): void {
    const slot = Math.floor(clock.now() / slotOf(lane.budget))
    const last = lane.history.at(-1)
    if (last?.[0] === slot) last[1] += weight
    else lane.history.push([slot, weight])
  }

  function pump(lane: Lane): void {
    while (lane.waiting.length > 0) {
      const next = lane.waiting.find((waiter) => waiter.high) ?? lane.waiting[0]
      if (!next || lane.inFlight + next.places > lane.budget.concurrency) return
      const wait = delay(lane, next)
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
    const at = clock.now() + wait
    // What goes first may have less to wait than what has come first.
    if (lane.wakeUp && lane.wakeUp.at <= at) return
    lane.wakeUp?.abort.abort()
    const wakeUp = { at, abort: new AbortController() }
    lane.wakeUp = wakeUp
    clock.sleep(wait, wakeUp.abort.signal).then(
      () => {
        if (lane.wakeUp !== wakeUp) return
        lane.wakeUp = null
        pump(lane)
      },
      () => {}, // aborted because nobody waits any more, or somebody not so long
    )
  }

  /** Now and then, forget the keys that nothing depends on. */
  function sweep(): void {
    acquisitions += 1
    if (acquisitions % 1_000 !== 0) return
    for (const [key, until] of fences) if (until <= clock.now()) fences.delete(key)
    for (const [key, lane] of lanes) {
      if (lane.inFlight > 0 || lane.waiting.length > 0) continue
      if (delay(lane, { high: true, weight: 0 }) === 0 && lane.history.length === 0) lanes.delete(key)
    }
  }

  return {
    acquire({ key, priority, signal, weight = 1, budget = usual }) {
      sweep()
      const places = budget.unitsTakePlaces ? Math.min(weight, budget.concurrency) : 1
      const lane = laneOf(key, budget)
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
            lane.wakeUp?.abort.abort()
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
      fences.set(key, Math.max(fences.get(key) ?? 0, until))
    },
    fencedFor(key) {
      return Math.max(0, (fences.get(key) ?? 0) - clock.now())
    },
    used(beginning) {
      let most = 0
      for (const lane of lanes.values()) {
        if (!lane.key.startsWith(beginning)) continue
        most = Math.max(most, startedIn(lane) / lane.budget.unitsPerWindow)
      }
      return Math.min(1, most)
    },
  }
}
