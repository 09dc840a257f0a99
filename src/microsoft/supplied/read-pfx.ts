/**
 * Reads a PFX file (PKCS #12). A file may ask for any amount of work to derive its keys, so it is opened on a thread of its own, one
 * at a time, and given up after a while.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { fail } from '../errors.ts'
import type { PfxContent } from './open-pfx.ts'
import { checkPair, type SuppliedCertificate } from './supplied-certificate.ts'

const limitMs = 20_000
let last: Promise<unknown> = Promise.resolve()

/**
 * @param now milliseconds since the epoch
 * @throws AppError MSG_PFX_UNREADABLE, MSG_PASSPHRASE_WRONG, and what `checkPair` throws
 */
export async function readPfx(
  { pfx, passphrase }: { readonly pfx: Uint8Array; readonly passphrase: string },
  now: number,
): Promise<SuppliedCertificate> {
  const opened = last.then(() => open(pfx, passphrase))
  last = opened.catch(() => {})
  const content = await opened
  if ('failure' in content) {
    if (content.failure === 'passphrase') throw fail('MSG_PASSPHRASE_WRONG', { what: 'PFX file' })
    throw fail('MSG_PFX_UNREADABLE', { reason: content.failure })
  }
  const [key, second] = content.keys
  if (!key) throw fail('MSG_PFX_UNREADABLE', { reason: 'it holds no private key' })
  if (second) throw fail('MSG_PFX_UNREADABLE', { reason: 'it holds several private keys' })
  if (content.certificates.length === 0)
    throw fail('MSG_PFX_UNREADABLE', { reason: 'it holds no certificate' })
  let pair: Parameters<typeof checkPair>
  try {
    pair = [
      content.certificates.map((der) => new X509Certificate(Buffer.from(der))),
      createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' }),
      now,
    ]
  } catch (error) {
    throw fail('MSG_PFX_UNREADABLE', { reason: 'certificate or key is damaged' }, error)
  }
  return checkPair(...pair)
}

function open(pfx: Uint8Array, passphrase: string): Promise<PfxContent> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./open-pfx.ts', import.meta.url), {
      workerData: { pfx, passphrase },
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    })
    const timer = setTimeout(() => end({ failure: 'opening it takes too long' }), limitMs)
    const end = (content: PfxContent): void => {
      clearTimeout(timer)
      void worker.terminate()
      resolve(content)
    }
    worker.once('message', end)
    worker.once('error', (error) => {
      clearTimeout(timer)
      reject(fail('MSG_PFX_UNREADABLE', { reason: 'it is damaged' }, error))
    })
  })
}
