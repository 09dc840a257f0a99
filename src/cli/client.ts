/** The command line's side of the REST API: bearer token, JSON, problem details turned into errors. */
import { Readable } from 'node:stream'
import type { Page, Problem } from '../contract/index.ts'
import type { AppError } from '../errors/index.ts'
import { fail } from './errors.ts'
import { ProblemError } from './problem-error.ts'

export interface ApiClient {
  readonly server: string
  get<T>(path: string, query?: Query): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  delete(path: string): Promise<void>
  /** Streams a download; the caller writes it. */
  download(path: string): Promise<Readable>
  /** Every item of a paged list, page after page. */
  list<T>(path: string, query?: Query): AsyncIterable<T>
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Largest time one request may take, in milliseconds. */
const requestTimeout = 120_000

export function createApiClient(server: string, token: string | null): ApiClient {
  async function send(
    method: string,
    path: string,
    query?: Query,
    body?: unknown,
    signal = AbortSignal.timeout(requestTimeout),
  ): Promise<Response> {
    const address = new URL(`/api/v1${path}`, server)
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) address.searchParams.set(name, String(value))
    let response: Response
    try {
      response = await fetch(address, {
        method,
        headers: {
          accept: 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      })
    } catch (error) {
      throw fail('CLI_SERVER_UNREACHABLE', { server, reason: reasonOf(error) }, error)
    }
    if (!response.ok) throw await problemOf(response, server, method, path)
    return response
  }
  const client: ApiClient = {
    server,
    get: async <T>(path: string, query?: Query) => (await (await send('GET', path, query)).json()) as T,
    post: async <T>(path: string, body: unknown = {}) => {
      const response = await send('POST', path, undefined, body)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    put: async <T>(path: string, body: unknown) => {
      const response = await send('PUT', path, undefined, body)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    patch: async <T>(path: string, body: unknown) =>
      (await (await send('PATCH', path, undefined, body)).json()) as T,
    delete: async (path) => {
      await send('DELETE', path)
    },
    download: async (path) => {
      // A download may take as long as it takes, once it has begun.
      const begun = new AbortController()
      const timer = setTimeout(() => begun.abort(new Error('no answer in time')), requestTimeout)
      const { body } = await send('GET', path, undefined, undefined, begun.signal).finally(() =>
        clearTimeout(timer),
      )
      return body ? Readable.fromWeb(body) : Readable.from([])
    },
    async *list<T>(path: string, query: Query = {}) {
      let cursor: string | undefined
      do {
        const page: Page<T> = await client.get<Page<T>>(path, { limit: 200, ...query, cursor })
        yield* page.items
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
  }
  return client
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
}

/** The same code, words and remedy as the server's, so that console, API and command line agree. */
async function problemOf(
  response: Response,
  server: string,
  method: string,
  path: string,
): Promise<AppError> {
  const text = await response.text()
  const problem = parseProblem(text)
  if (!problem) return fail('CLI_UNEXPECTED_ANSWER', { server, status: response.status, method, path })
  if (response.status === 401 && path !== '/session/token') return fail('CLI_NOT_SIGNED_IN', { server })
  return new ProblemError(problem)
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem>
    return typeof value.code === 'string' && typeof value.title === 'string' ? (value as Problem) : undefined
  } catch {
    return undefined
  }
}
