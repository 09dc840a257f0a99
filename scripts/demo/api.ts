/** A browser's side of the API without a browser: session cookie, CSRF token, JSON. */
export interface ApiSession {
  readonly address: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
  bytes(path: string): Promise<Buffer>
  /** Loads a page of the console as the browser does after a redirect; answers the address it is sent on to. */
  visit(address: string): Promise<string | null>
}

interface SessionAnswer {
  readonly csrfToken: string
}

/** Creates the first operator by the setup link's token and stays signed in. */
export async function setUpOperator(
  address: string,
  operator: { token: string; userName: string; password: string },
): Promise<ApiSession> {
  let cookie = ''
  let csrfToken = ''

  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(path, address), {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie ? { cookie } : {}),
        ...(csrfToken ? { 'x-csrf-token': csrfToken } : {}),
        ...(method === 'GET' ? {} : { origin: address }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    })
    if (response.status >= 400)
      throw new Error(
        `${method} ${path} answered ${response.status}: ${(await response.text()).slice(0, 1000)}`,
      )
    return response
  }

  const first = await send('POST', '/api/v1/setup/operator', operator)
  cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  csrfToken = ((await first.json()) as SessionAnswer).csrfToken

  return {
    address,
    get: async <T>(path: string) => (await (await send('GET', `/api/v1${path}`)).json()) as T,
    post: async <T>(path: string, body: unknown = {}) => {
      const response = await send('POST', `/api/v1${path}`, body)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    put: async <T>(path: string, body: unknown) =>
      (await (await send('PUT', `/api/v1${path}`, body)).json()) as T,
    bytes: async (path) => Buffer.from(await (await send('GET', `/api/v1${path}`)).arrayBuffer()),
    visit: async (page) =>
      (await send('GET', new URL(page).pathname + new URL(page).search)).headers.get('location'),
  }
}

/** Reads `path` every half second until `done`, at most `minutes`. */
export async function waitFor<T>(
  session: ApiSession,
  path: string,
  done: (value: T) => boolean,
  minutes = 30,
  progress: (value: T) => void = () => {},
): Promise<T> {
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
    const value = await session.get<T>(path)
    progress(value)
    if (done(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`${path} did not come to an end within ${minutes} minutes`)
}
