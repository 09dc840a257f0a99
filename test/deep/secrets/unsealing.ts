/** What only the server knows: with the key of its data folder, what its database keeps sealed is known as well. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../../src/database/index.ts'
import { createSecretBox } from '../../../src/security/index.ts'
import type { Product } from '../../product.ts'
import type { Recorder } from './recorder.ts'

export const dataOf = ({ folder }: Product) => join(folder, 'data')
export const keyFileOf = (product: Product) => join(dataOf(product), 'secrets.key')
export const socketOf = (product: Product) => join(dataOf(product), 'postgresql', 'socket')

export async function unsealEverything(product: Product, recorder: Recorder): Promise<void> {
  const box = createSecretBox(Buffer.from(readFileSync(keyFileOf(product), 'utf8').trim(), 'base64'))
  const db = openDatabase({ socketDirectory: socketOf(product), database: 'postgres', user: 'bdrcloud' })
  try {
    const open = (name: string, sealed: Buffer | null, context: string) => {
      if (sealed === null) return
      const secret = box.open(sealed, context)
      recorder.add(`sealed ${name}`, secret)
      if (secret.includes('PRIVATE KEY')) addPrivateKey(recorder, `private key of ${name}`, secret.toString())
    }
    for (const { name, sealed } of await db.selectFrom('settings').selectAll().execute())
      open(`setting ${name}`, sealed, `setting:${name}`)
    for (const { id, password_sealed } of await db.selectFrom('repositories').selectAll().execute())
      open('repository password', password_sealed, `repository:${id}`)
    for (const table of ['organizations', 'onboardings', 'sign_in_clients'] as const)
      for (const row of await db.selectFrom(table).select(['credential_id', 'credential_sealed']).execute())
        open(table, row.credential_sealed, `credential:${row.credential_id}`)
    for (const row of await db.selectFrom('sign_in_clients').selectAll().execute())
      open('pending certificate', row.pending_sealed, `credential:${row.pending_id}`)
    for (const { state_hash, sealed } of await db.selectFrom('sign_ins').selectAll().execute()) {
      const { nonce, codeVerifier } = JSON.parse(box.open(sealed, `sign-in:${state_hash}`).toString()) as {
        nonce: string
        codeVerifier: string
      }
      recorder.add('sealed nonce', nonce)
      recorder.add('sealed verifier', codeVerifier)
    }
  } finally {
    await db.destroy()
  }
}

/** The PEM, its lines, and the DER within. */
export function addPrivateKey(recorder: Recorder, name: string, pem: string): void {
  recorder.add(name, pem)
  const lines = pem.split('\n').filter((line) => line.length >= 40 && !line.startsWith('-----'))
  // The first line of an RSA key is mostly what all of them begin with.
  for (const line of lines.slice(1)) recorder.add(`${name}: a line`, line)
  const der = Buffer.from(lines.join(''), 'base64')
  recorder.add(`${name}: DER`, der)
  recorder.add(`${name}: middle of the DER`, der.subarray(200, 264))
}
