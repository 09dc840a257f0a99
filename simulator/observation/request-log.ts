/**
 * What clients asked for: counts by method and route, and the last requests one by one. Tests prove with it how many
 * requests a client made.
 */
export type LoggedRequest = {
  readonly at: string
  readonly server: string
  readonly method: string
  /** The route's template, such as `/v1.0/users/:id/messages`. */
  readonly route: string
  readonly url: string
  readonly status: number
  readonly requestId: string
  readonly appId?: string
  /** True for an item of a `$batch`. */
  readonly batched: boolean
}

const KEPT = 10_000

export type RequestLog = {
  add(entry: LoggedRequest): void
  /** Counts by `METHOD template`, and the newest 10,000 requests, oldest first. */
  read(): { total: number; counts: Record<string, number>; requests: LoggedRequest[] }
  reset(): void
}

export function createRequestLog(): RequestLog {
  let counts = new Map<string, number>()
  let requests: LoggedRequest[] = []
  let total = 0
  return {
    add(entry) {
      total += 1
      const key = `${entry.method} ${entry.route}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      requests.push(entry)
      if (requests.length > KEPT * 2) requests = requests.slice(-KEPT)
    },
    read: () => ({ total, counts: Object.fromEntries(counts), requests: requests.slice(-KEPT) }),
    reset() {
      counts = new Map()
      requests = []
      total = 0
    },
  }
}
