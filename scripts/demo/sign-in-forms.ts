/** Fills in the sign-in pages as a person would, by plain form posts, until they send the browser back. */

export interface Account {
  readonly upn: string
  readonly password: string
}

/** Pages one sign-in may take. */
const maximumPages = 12

/**
 * Follows the pages from `address` and answers the address that the sign-in returns to, which starts with `returnTo`.
 * Throws an Error with the page's text when it cannot go on.
 */
export async function signInByForms(address: string, account: Account, returnTo: string): Promise<string> {
  const cookies = new Map<string, string>()
  let request: { address: string; form?: URLSearchParams } = { address }
  for (let count = 0; count < maximumPages; count++) {
    const response = await fetch(request.address, {
      method: request.form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(request.form ? { body: request.form } : {}),
      signal: AbortSignal.timeout(30_000),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair] = cookie.split(';')
      const [name, ...value] = (pair ?? '').split('=')
      if (name) cookies.set(name.trim(), value.join('='))
    }
    const location = response.headers.get('location')
    if (location !== null) {
      const next = new URL(location, request.address).href
      if (next.startsWith(returnTo)) return next
      request = { address: next }
      continue
    }
    request = submit(await response.text(), request.address, account)
  }
  throw new Error('the sign-in pages did not come to an end')
}

function submit(html: string, address: string, account: Account): { address: string; form: URLSearchParams } {
  const action = /<form[^>]*\saction="([^"]*)"/.exec(html)?.[1]
  if (action === undefined) throw new Error(`the sign-in ended on a page: ${textOf(html)}`)
  const form = new URLSearchParams()
  for (const [tag] of html.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name')
    const type = attribute(tag, 'type') ?? 'text'
    if (name === undefined || type === 'checkbox') continue
    if (type === 'password') form.append(name, account.password)
    else if (type === 'hidden') form.append(name, attribute(tag, 'value') ?? '')
    else form.append(name, account.upn)
  }
  // Where the page asks yes or no, or offers accounts, the button pressed has a value.
  const buttons = [...html.matchAll(/<button\b[^>]*>/g)].map(([tag]) => tag)
  const chosen =
    buttons.find((tag) => attribute(tag, 'value') === 'accept') ??
    buttons.find((tag) => attribute(tag, 'value')?.toLowerCase() === account.upn.toLowerCase()) ??
    buttons.find((tag) => attribute(tag, 'value') === '')
  const name = chosen && attribute(chosen, 'name')
  if (chosen && name !== undefined) form.set(name, attribute(chosen, 'value') ?? '')
  return { address: new URL(decode(action), address).href, form }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : decode(value)
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

function textOf(html: string): string {
  return html
    .replaceAll(/<(?:style|script)[\s\S]*?<\/(?:style|script)>/g, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500)
}
