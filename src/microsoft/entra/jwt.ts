/** Just enough of JSON Web Tokens (RFC 7519) to look into a token; proving one is the job of `identity-token.ts`. */

/** The claims of a token, unproven: for display and diagnosis only. Empty when it is no JWT. */
export function readTokenClaims(token: string): Record<string, unknown> {
  return decodePart(token.split('.')[1])
}

export function readTokenHeader(token: string): Record<string, unknown> {
  return decodePart(token.split('.')[0])
}

function decodePart(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
