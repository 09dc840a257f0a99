/** The tenant's signing key: signs tokens with RS256, publishes the public half, checks tokens on their way back. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose'

export type Signer = {
  sign(claims: JWTPayload): Promise<string>
  /** Claims of a token of ours that is valid at `now` (milliseconds). Throws jose's errors otherwise. */
  verify(token: string, now: number): Promise<JWTPayload>
  /** Body of the JWKS document. */
  readonly jwks: { keys: object[] }
}

export async function createSigner(): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid, x5t: kid }).sign(privateKey),
    async verify(token, now) {
      const { payload } = await jwtVerify(token, publicKey, { currentDate: new Date(now), clockTolerance: 5 })
      return payload
    },
    jwks: { keys: [{ ...jwk, kid, x5t: kid, use: 'sig' }] },
  }
}
