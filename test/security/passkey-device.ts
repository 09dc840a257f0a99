/**
 * A device that holds a passkey, written after Web Authentication Level 3 (authenticator data, section 6.1; clientDataJSON, section 5.8.1)
 * and COSE, and not with the product's library. It can be made to misbehave.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Misbehaviour {
  readonly origin?: string
  readonly rpId?: string
  /** Nobody gave a PIN or a finger. */
  readonly unverified?: boolean
  readonly counter?: number
  readonly type?: string
}

export function passkeyDevice({ rpId, origin }: { rpId: string; origin: string }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let counter = 0

  function clientData(challenge: string, type: string, wrong: Misbehaviour): Buffer {
    return Buffer.from(
      JSON.stringify({ type: wrong.type ?? type, challenge, origin: wrong.origin ?? origin }),
    )
  }
  function authenticatorData(attested: Buffer | null, wrong: Misbehaviour): Buffer {
    counter = wrong.counter ?? counter + 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    // User present, user verified, attested credential data included.
    const flags = 0x01 | (wrong.unverified ? 0 : 0x04) | (attested ? 0x40 : 0)
    return Buffer.concat([
      sha256(wrong.rpId ?? rpId),
      Buffer.from([flags]),
      count,
      attested ?? Buffer.alloc(0),
    ])
  }
  const common = { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} }

  return {
    id,
    register(challenge: string, wrong: Misbehaviour = {}) {
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
      // COSE key: kty EC2, alg ES256, curve P-256.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 32]), credentialId, key])
      const data = authenticatorData(attested, wrong)
      // { fmt: 'none', attStmt: {}, authData: bytes of 16 bits' length }
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
        Buffer.from([data.length >> 8, data.length & 0xff]),
        data,
      ])
      return {
        ...common,
        response: {
          clientDataJSON: clientData(challenge, 'webauthn.create', wrong).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
        },
      }
    },
    answer(challenge: string, wrong: Misbehaviour = {}) {
      const client = clientData(challenge, 'webauthn.get', wrong)
      const data = authenticatorData(null, wrong)
      return {
        ...common,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', Buffer.concat([data, sha256(client)]), privateKey).toString('base64url'),
        },
      }
    },
  }
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
