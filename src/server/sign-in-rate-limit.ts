/** Per address, for routes that take a password or the setup token. The account's own throttle comes on top. */
export const signInRateLimit = { max: 20, timeWindow: 60_000 } as const
