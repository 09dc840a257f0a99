/**
 * The only place that speaks HTTP. The CSRF token lives in this closure: never in browser storage, gone with the page.
 * Every failure becomes an `ApiError` with a problem to show; a 401 also tells the listener, which leads to sign-in.
 */
import { ApiError, isProblem, unexpectedAnswer, unreachable } from './problem.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface ApiClient {
  get<T>(path: string, options?: { query?: Query; signal?: AbortSignal }): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
  patch<T>(path: string, body: unknown): Promise<T>
  remove(path: string): Promise<void>
  setCsrfToken(token: string | null): void
  /** Called when the server no longer knows the session. */
  onSignedOut(listener: () => void): void
}

/** Address of an API path with its query; undefined values are left out. */
export function apiAddress(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value))
  const text = parameters.toString()
  return `/api/v1${path}${text ? `?${text}` : ''}`
}

export function createApiClient(): ApiClient {
  let csrfToken: string | null = null
  let signedOut = () => {}

  async function send(
    method: string,
    address: string,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (method !== 'GET' && csrfToken) headers['x-csrf-token'] = csrfToken
    let response: Response
    try {
      response = await fetch(address, {
        method,
        headers,
        credentials: 'same-origin',
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal ?? null,
      })
    } catch (error) {
      if (signal?.aborted) throw error
      throw new ApiError(unreachable())
    }
    if (response.status === 204) return undefined
    const data: unknown = await response.json().catch(() => undefined)
    if (response.ok) return data
    if (response.status === 401 && !address.endsWith('/session')) signedOut()
    throw new ApiError(isProblem(data) ? data : unexpectedAnswer(response.status))
  }

  return {
    get: (path, options) =>
      send('GET', apiAddress(path, options?.query), undefined, options?.signal) as Promise<never>,
    post: (path, body) => send('POST', apiAddress(path), body) as Promise<never>,
    put: (path, body) => send('PUT', apiAddress(path), body) as Promise<never>,
    patch: (path, body) => send('PATCH', apiAddress(path), body) as Promise<never>,
    remove: async (path) => void (await send('DELETE', apiAddress(path), undefined)),
    setCsrfToken(token) {
      csrfToken = token
    },
    onSignedOut(listener) {
      signedOut = listener
    },
  }
}

export const api = createApiClient()
