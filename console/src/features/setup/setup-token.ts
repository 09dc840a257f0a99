/**
 * The set-up token out of an address's fragment: `#<token>` or `#token=<token>`. Null if there is none.
 * The fragment never reaches a server, and the page removes it from the address at once.
 */
export function setupTokenOf(fragment: string): string | null {
  const text = fragment.replace(/^#/, '')
  const token = text.includes('=') ? new URLSearchParams(text).get('token') : text
  return token && token.length >= 20 ? token : null
}
