import { setupTokenOf } from './setup-token.ts'

/** Reads the token once and takes it out of the address and the history entry. */
export function takeToken(): string | null {
  const token = setupTokenOf(window.location.hash)
  if (window.location.hash) window.history.replaceState(window.history.state, '', window.location.pathname)
  return token
}
