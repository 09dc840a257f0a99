export interface AuthorizationRequest {
  /** Registered address the browser comes back to, e.g. `http://localhost:8600/`. */
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  /** `codeChallenge` of `createPkcePair`. */
  readonly codeChallenge: string
  readonly prompt?: 'login' | 'select_account' | 'consent'
  /** Tenant id or domain; default any work or school account. */
  readonly tenant?: string
  readonly loginHint?: string
  /** A claims challenge of an earlier error, to be met in this sign-in. */
  readonly claims?: string
  readonly signal?: AbortSignal | undefined
}

export interface CodeRedemption {
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
  readonly nonce: string
  /** The tenant given to `authorizationUrl`, if any. */
  readonly tenant?: string
  readonly signal?: AbortSignal | undefined
}

export interface SignedInAccount {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly objectId: string
  readonly tenantId: string
}

export interface SignInResult {
  /** For Microsoft Graph, as the person who signed in. To be held in memory only. */
  readonly accessToken: string
  readonly account: SignedInAccount
  /** Delegated permissions that were granted, as Microsoft names them. */
  readonly scopes: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface SignIn {
  /** Where to send the browser. @throws MicrosoftError when Microsoft cannot be reached */
  authorizationUrl(request: AuthorizationRequest): Promise<string>
  /** Turns the code into a token and a proven account. A code works once. @throws MicrosoftError */
  redeem(redemption: CodeRedemption): Promise<SignInResult>
}
