/** How an application proves who it is. Held in memory only as long as a token request needs it. */
export type AppCredential =
  | { readonly kind: 'password'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly privateKeyPem: string; readonly certificatePem: string }

export interface AccessToken {
  readonly accessToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /**
   * Application permissions named in the token. Informative only: a token may lack a role that works (Exchange's own
   * access rules) or carry none at all right after a grant.
   */
  readonly roles: readonly string[]
  /** Object id of the service principal, as the token says. Informative, too. */
  readonly principalId?: string
}

/** Gives tokens for Microsoft Graph; safe to call for every request. */
export interface TokenProvider {
  /** A token valid for at least a few minutes more. @throws MicrosoftError when Entra refuses. */
  token(signal?: AbortSignal): Promise<AccessToken>
  /**
   * Forgets the token at hand, so that the next call asks Entra again (after a 401, or after new grants). With `refused`, only
   * if the token at hand is that one: of several requests refused at once, the later ones must not discard the new token.
   */
  invalidate(refused?: string): void
}
