import { GraphError } from '../graph/errors.ts'

/**
 * Exchange's limits per application and mailbox: 4 requests at once, 10,000 in 10 minutes, 150 MB sent in 5 minutes
 * (Microsoft Graph service-specific throttling limits, 2026). Refused requests count too. Keeps count of everything,
 * so that a test can prove that a client behaved. Times are the machine's own, not the tenant's.
 */

const concurrentLimit = 4
const windowMilliseconds = 600_000
const uploadWindowMilliseconds = 300_000
const uploadLimit = 150 * 1024 * 1024
/** A refusal must have reached the client before further requests are held against it. */
const graceMilliseconds = 150

type Account = {
  readonly appId: string
  readonly mailbox: string
  readonly times: number[]
  readonly uploads: { readonly at: number; readonly bytes: number }[]
  readonly waiting: (() => void)[]
  inFlight: number
  maximumInFlight: number
  requests: number
  throttled: number
  violations: number
  toldAt: number
  toldUntil: number
}

export type Throttle = {
  /** Admits a request or throws 429. The result must be called once when the answer has been sent. */
  readonly enter: (
    appId: string,
    mailbox: string,
    operation: string,
    bytes: number,
    queue: boolean,
  ) => Promise<() => void>
  /** Refuses what is asked of the mailbox for so long, from the first request on: a client that comes late meets it all the same. */
  readonly hold: (mailbox: string, seconds: number) => void
  readonly setLimit: (requests: number) => void
  readonly statistics: () => unknown
  readonly reset: () => void
}

export const createThrottle = (): Throttle => {
  const accounts = new Map<string, Account>()
  /** The length of a hold that nobody has met yet, or when it ends. */
  const held = new Map<string, { readonly milliseconds: number; until?: number }>()
  const operations = new Map<string, number>()
  let requestLimit = 10_000

  const accountOf = (appId: string, mailbox: string): Account => {
    const key = `${appId} ${mailbox}`
    const present = accounts.get(key)
    if (present) return present
    const account: Account = {
      appId, mailbox, times: [], uploads: [], waiting: [], inFlight: 0, maximumInFlight: 0, requests: 0, throttled: 0, violations: 0, toldAt: 0, toldUntil: 0,
    } // biome-ignore format: a record of zeros
    accounts.set(key, account)
    return account
  }

  const refuse = (account: Account, limit: string, milliseconds: number): GraphError => {
    const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
    const now = performance.now()
    account.throttled++
    if (now >= account.toldUntil) account.toldAt = now + graceMilliseconds
    account.toldUntil = Math.max(account.toldUntil, now + seconds * 1000)
    return new GraphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
      headers: { 'retry-after': String(seconds) },
    })
  }

  return {
    enter: async (appId, mailbox, operation, bytes, queue) => {
      const account = accountOf(appId, mailbox)
      const now = performance.now()
      operations.set(operation, (operations.get(operation) ?? 0) + 1)
      account.requests++
      if (account.toldAt < now && now < account.toldUntil) account.violations++
      account.times.push(now)
      while ((account.times[0] ?? now) < now - windowMilliseconds) account.times.shift()
      if (bytes > 0) account.uploads.push({ at: now, bytes })
      while ((account.uploads[0]?.at ?? now) < now - uploadWindowMilliseconds) account.uploads.shift()
      const hold = held.get(mailbox)
      if (hold) hold.until ??= now + hold.milliseconds
      const heldUntil = hold?.until ?? 0
      if (now < heldUntil) throw refuse(account, 'MailboxConcurrency', heldUntil - now)
      if (account.times.length > requestLimit)
        throw refuse(
          account,
          'MailboxRequest',
          (account.times[account.times.length - requestLimit] ?? now) + windowMilliseconds - now,
        )
      if (bytes > 0 && account.uploads.reduce((sum, upload) => sum + upload.bytes, 0) > uploadLimit)
        throw refuse(account, 'MailboxUpload', 30_000)
      if (account.inFlight >= concurrentLimit) {
        if (!queue) {
          account.maximumInFlight = Math.max(account.maximumInFlight, account.inFlight + 1)
          throw refuse(account, 'MailboxConcurrency', 2000)
        }
        // A batch's own requests wait their turn: the slot is handed over by the one that leaves.
        await new Promise<void>((resolve) => account.waiting.push(resolve))
      } else account.inFlight++
      account.maximumInFlight = Math.max(account.maximumInFlight, account.inFlight)
      let left = false
      return () => {
        if (left) return
        left = true
        const waiting = account.waiting.shift()
        if (waiting) waiting()
        else account.inFlight--
      }
    },
    hold: (mailbox, seconds) => {
      held.set(mailbox, { milliseconds: seconds * 1000 })
    },
    setLimit: (requests) => {
      requestLimit = requests
    },
    statistics: () => {
      const all = [...accounts.values()]
      const sum = (field: 'requests' | 'throttled' | 'violations') =>
        all.reduce((total, account) => total + account[field], 0)
      return {
        requests: sum('requests'),
        throttled: sum('throttled'),
        violations: sum('violations'),
        maximumInFlight: Math.max(0, ...all.map((account) => account.maximumInFlight)),
        operations: Object.fromEntries(operations),
        mailboxes: all.map(({ appId, mailbox, requests, throttled, violations, maximumInFlight, inFlight }) => ({
          appId, mailbox, requests, throttled, violations, maximumInFlight, inFlight,
        })), // biome-ignore format: a list
      }
    },
    reset: () => {
      operations.clear()
      held.clear()
      for (const account of accounts.values())
        Object.assign(account, {
          maximumInFlight: account.inFlight,
          requests: 0,
          throttled: 0,
          violations: 0,
          toldAt: 0,
          toldUntil: 0,
        })
      for (const account of accounts.values()) account.times.length = 0
    },
  }
}
