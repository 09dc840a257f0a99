import type { TSchema } from 'typebox'

/** What a request wants to know of the answer's body. */
export type GraphBodyKind = 'json' | 'bytes' | 'stream' | 'none' | 'location'

export interface GraphRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** `/users/…` (without `/v1.0`; build it with `graphPath`) or an absolute link that Graph gave, followed verbatim. */
  readonly path: string
  /** OData options. Not allowed with an absolute link: the link already carries them. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; a `Uint8Array` or string is sent as it is, with the `content-type` of `headers`. */
  readonly body?: unknown
  /** Values of the `Prefer` header, e.g. `preferImmutableIds`. */
  readonly prefer?: readonly string[]
  /** User id or name whose mailbox this touches: the key of pacing. Left out for the directory and for files. */
  readonly mailbox?: string
  /** OneDrive and SharePoint: one budget for all drives of the organization, in resource units (`weight`). */
  readonly service?: 'files'
  /** `high` goes before everything that waits for the same mailbox (restores, things a person waits for). */
  readonly priority?: 'high' | 'normal'
  readonly signal?: AbortSignal | undefined
  /**
   * Default `json`. A stream holds its place in the mailbox's four until it ends, so read or destroy it; one that breaks off is not asked for again.
   * `location`: the address that the answer 302 names, as a text; it is not followed.
   */
  readonly as?: GraphBodyKind
  /** The parts of the answer that are relied upon; other properties are welcome. */
  readonly schema?: TSchema
  /** Largest body accepted, in bytes. Default 64 MiB for JSON, 256 MiB for the others. */
  readonly maxBytes?: number
  /** Time limit of one attempt, body included, in milliseconds. Default 60 s for JSON, 10 min for the others. */
  readonly timeoutMs?: number
  /** How long attempts and waits may take together, in milliseconds. Default 10 min. */
  readonly retryBudgetMs?: number
  /**
   * The caller knows that repeating this write does no harm. Without it a POST is repeated only where the answer proves
   * that nothing was done (429, or 503 with `Retry-After`). GET, PUT, PATCH and DELETE are always repeated.
   */
  readonly idempotent?: boolean
  /** How many requests, or resource units of files, Microsoft counts this as. Default 1. */
  readonly weight?: number
  /** A pre-authenticated https address of Microsoft (upload sessions): any host, never with our token. */
  readonly anonymous?: boolean
}

export interface GraphResponse<T> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: T
  /** Microsoft's id of the request, and ours: for its support. */
  readonly requestId: string | null
  readonly clientRequestId: string
}

export interface GraphPage<T> {
  readonly value: T[]
  readonly nextLink?: string
  readonly deltaLink?: string
}

/** One request of a `$batch`. */
export interface GraphBatchRequest {
  /** Unique within the batch. */
  readonly id: string
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** As in `GraphRequest`, without a version. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly dependsOn?: readonly string[]
}

export interface GraphBatchOptions {
  readonly mailbox?: string
  readonly priority?: 'high' | 'normal'
  readonly signal?: AbortSignal | undefined
  readonly retryBudgetMs?: number
}

/** The answer to one request of a batch; `error` is set for a status of 400 and above. */
export interface GraphBatchResponse {
  readonly id: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly error: Error | null
}

export interface GraphStatistics {
  /** Attempts sent, repeated ones included. */
  readonly requests: number
  /** Answers 429, or 503 with `Retry-After`. */
  readonly throttled: number
  /** Bytes of the bodies received. */
  readonly bytes: number
  /** How much of the fullest of the application's budgets is used at the moment: 0 to 1. */
  readonly budgetUsed: number
}

/** One attempt, told to an observer: no headers, no bodies, no query (it may hold names). */
export interface GraphObservation {
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly milliseconds: number
  readonly attempt: number
  readonly bytes: number
}

export interface GraphClient {
  /** @throws MicrosoftError whose category the `is…` functions tell; the signal's reason when aborted. */
  request<T>(request: GraphRequest): Promise<GraphResponse<T>>
  /** Follows `@odata.nextLink` verbatim until there is none; the last page of a delta round carries `deltaLink`. */
  pages<T>(request: GraphRequest): AsyncIterable<GraphPage<T>>
  /** At most 20 requests. Items answered 429, 502, 503 or 504 are sent again; the answers come in the order asked. */
  batch(requests: readonly GraphBatchRequest[], options?: GraphBatchOptions): Promise<GraphBatchResponse[]>
  readonly statistics: GraphStatistics
}

/** Ask for ids that survive a move inside the mailbox. Must be sent on every call. (Microsoft Graph, "immutable ids") */
export const preferImmutableIds = 'IdType="ImmutableId"'

/** Ask for pages of this many entries. */
export function preferPageSize(entries: number): string {
  return `odata.maxpagesize=${entries}`
}

/**
 * Builds a path from literal parts and ids, which are percent-encoded so that none can leave its place:
 * graphPath`/users/${user}/mailFolders/${folder}/messages`.
 * @throws TypeError for an empty id or one that is `.` or `..`
 */
export function graphPath(parts: TemplateStringsArray, ...ids: string[]): string {
  return parts.reduce((path, part, index) => {
    const id = ids[index - 1]
    if (id === undefined || id === '' || id === '.' || id === '..')
      throw new TypeError('not a usable id in a path')
    return `${path}${encodeURIComponent(id)}${part}`
  })
}
