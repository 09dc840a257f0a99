import { GraphError } from '../graph/errors.ts'

/**
 * SharePoint's and OneDrive's limit for one application in one tenant, in resource units a minute: 1,250 up to 1,000 licences (Microsoft,
 * "Avoid getting throttled or blocked in SharePoint Online", 2026). From 80 % on the headers RateLimit-* tell what is left. Refused
 * requests count too, and those that come before `Retry-After` is over are counted as violations. Times are the machine's own.
 */

const windowMilliseconds = 60_000
/** A refusal must have reached the client before further requests are held against it. */
const graceMilliseconds = 150

/** What a request costs: 1 for one item, a download or a delta with a token; 2 for lists and changes; 5 for permissions. */
export type Cost = 1 | 2 | 5

type Account = {
  readonly costs: { readonly at: number; readonly units: number }[]
  units: number
  requests: number
  throttled: number
  violations: number
  toldAt: number
  toldUntil: number
}

export type DriveThrottle = {
  /** Admits a request and gives the headers of its answer, or throws 429. */
  readonly enter: (appId: string, cost: Cost, operation: string, userAgent: string) => Record<string, string>
  readonly setLimit: (unitsPerMinute: number) => void
  /** Refuses everything for so long. */
  readonly hold: (seconds: number) => void
  readonly statistics: () => object
  readonly reset: () => void
}

export const createDriveThrottle = (unitsPerMinute: number): DriveThrottle => {
  const accounts = new Map<string, Account>()
  const operations = new Map<string, number>()
  let limit = unitsPerMinute
  let heldUntil = 0
  let undecorated = 0
  let spent = 0

  const accountOf = (appId: string): Account => {
    const account = accounts.get(appId) ?? {
      costs: [],
      units: 0,
      requests: 0,
      throttled: 0,
      violations: 0,
      toldAt: 0,
      toldUntil: 0,
    }
    accounts.set(appId, account)
    return account
  }

  const refuse = (account: Account, milliseconds: number, headers: Record<string, string>): GraphError => {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
    const now = performance.now()
    account.throttled++
    if (now >= account.toldUntil) account.toldAt = now + graceMilliseconds
    account.toldUntil = Math.max(account.toldUntil, now + seconds * 1000)
    return new GraphError(429, 'activityLimitReached', 'The app or user has been throttled.', {
      headers: { ...headers, 'retry-after': String(seconds) },
      inner: { code: 'throttledRequest' },
    })
  }

  return {
    enter: (appId, cost, operation, userAgent) => {
      const account = accountOf(appId)
      const now = performance.now()
      operations.set(operation, (operations.get(operation) ?? 0) + 1)
      account.requests++
      spent += cost
      if (!/^(NON)?ISV\|[^|]+\|[^|]+\/\S+/.test(userAgent)) undecorated++
      if (account.toldAt < now && now < account.toldUntil) account.violations++
      account.costs.push({ at: now, units: cost })
      account.units += cost
      while ((account.costs[0]?.at ?? now) < now - windowMilliseconds)
        account.units -= account.costs.shift()?.units ?? 0
      if (now < heldUntil) throw refuse(account, heldUntil - now, {})
      if (account.units < 0.8 * limit) return {}
      const reset = (account.costs[0]?.at ?? now) + windowMilliseconds - now
      const headers = {
        'ratelimit-limit': String(limit),
        'ratelimit-remaining': String(Math.max(0, limit - account.units)),
        'ratelimit-reset': String(Math.max(1, Math.ceil(reset / 1000))),
      }
      if (account.units > limit) throw refuse(account, reset, headers)
      return headers
    },
    setLimit: (units) => {
      limit = units
    },
    hold: (seconds) => {
      heldUntil = performance.now() + seconds * 1000
    },
    statistics: () => {
      const sum = (field: 'requests' | 'throttled' | 'violations') =>
        [...accounts.values()].reduce((total, account) => total + account[field], 0)
      return {
        requests: sum('requests'),
        throttled: sum('throttled'),
        violations: sum('violations'),
        resourceUnits: spent,
        undecorated,
        operations: Object.fromEntries(operations),
      }
    },
    reset: () => {
      accounts.clear()
      operations.clear()
      heldUntil = 0
      undecorated = 0
      spent = 0
    },
  }
}
