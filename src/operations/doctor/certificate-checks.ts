/** The certificate of the server's own https: in its files, and as the running server shows it. */
import { existsSync } from 'node:fs'
import { connect } from 'node:tls'
import type { Configuration } from '../../config/index.ts'
import { isAppError } from '../../errors/index.ts'
import { readPair, requireValidNow } from '../../tls/index.ts'
import { type Finding, problem, reasonOf, warning, well } from './finding.ts'

const day = 86_400_000
const soonDays = 21
const connectLimit = 5_000
const check = 'TLS certificate'

/** @param now milliseconds since the epoch */
export function checkCertificate({ tls }: Pick<Configuration, 'tls'>, now: number): Finding[] {
  if (tls === null)
    return [well(check, 'none is configured: the server listens on this machine or behind a proxy')]
  if (tls.selfSigned && !existsSync(tls.certificate)) return [well(check, 'is made at the first start')]
  try {
    const pair = readPair(tls)
    requireValidNow(tls, pair, now)
    const { validTo, fingerprint } = pair
    const text = `ends ${validTo.toISOString().slice(0, 10)}`
    if (tls.selfSigned) {
      const advice =
        'Good for a first look. Then give the server one that browsers trust (--tls-certificate, --tls-key), or put a proxy in front.'
      return [warning(check, `made by the server itself, ${text}, SHA-256 ${fingerprint}`, advice)]
    }
    return [validTo.getTime() - now < soonDays * day ? warning(check, text, 'Renew it.') : well(check, text)]
  } catch (error) {
    const advice = isAppError(error)
      ? error.remedy
      : 'Correct --tls-certificate and --tls-key, and make both readable.'
    return [problem(check, reasonOf(error), advice)]
  }
}

/** Whether whoever listens there shows what is in the files; nothing where nobody speaks TLS there or the files cannot be used. */
export async function checkShownCertificate({ tls, host, port }: Configuration): Promise<Finding[]> {
  if (tls === null || port === 0) return []
  const shown = await shownFingerprint(host === 'localhost' ? '127.0.0.1' : host, port)
  if (shown === null) return []
  try {
    if (readPair(tls).fingerprint === shown) return []
  } catch {
    // That is a finding of its own.
  }
  return [
    warning(
      'TLS certificate shown',
      `port ${port} shows another certificate than the one in the files (SHA-256 ${shown})`,
      'A new one is taken within seconds: if this stays so, the log says why it was not.',
    ),
  ]
}

function shownFingerprint(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    // Whose it is does not matter here: only which. Nothing is sent.
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: connectLimit })
    const end = (fingerprint: string | null) => {
      socket.destroy()
      resolve(fingerprint)
    }
    socket.once('error', () => end(null))
    socket.once('timeout', () => end(null))
    socket.once('secureConnect', () => end(socket.getPeerCertificate().fingerprint256 ?? null))
  })
}
