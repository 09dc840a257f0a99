import { fail } from '../errors.ts'

/**
 * Server and token of a link with the token in its fragment, found in a text such as the server's ready line; `otherServer` counts instead
 * of the link's own. @throws CLI_BAD_INPUT with `otherwise`
 */
export function readTokenLink(
  text: string,
  otherServer: string | undefined,
  otherwise: { readonly what: string; readonly remedy: string },
): { server: string; token: string } {
  const found = /https?:\/\/[^\s"']+#token=[A-Za-z0-9_-]+/.exec(text)?.[0]
  const token = found && new URLSearchParams(new URL(found).hash.slice(1)).get('token')
  if (!found || !token) throw fail('CLI_BAD_INPUT', otherwise)
  return { server: new URL(otherServer ?? found).origin, token }
}
