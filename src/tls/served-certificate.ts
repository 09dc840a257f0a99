/**
 * The certificate that the server shows, taken anew when its files change. The files' bytes are compared every few seconds instead of being
 * watched: renewals rename files, rewrite them or turn symbolic links (certbot does), and a watch of a file misses some of it.
 */
import type { Clock, Logger } from '../shared/index.ts'
import { readPair, requireValidNow, type TlsFiles, type TlsPair } from './pair.ts'
import { ensureSelfSigned } from './self-signed.ts'

export interface CertificateStatus {
  /** Milliseconds since the epoch. */
  readonly endsAt: number
  readonly fingerprint: string
  readonly selfSigned: boolean
  /** Why what is in the files now is not shown; null where it is. */
  readonly problem: string | null
}

export interface ServedCertificate {
  readonly pair: TlsPair
  status(): CertificateStatus
  /** Looks at the files now. Whether all is settled: false while a change may be half written. Never rejects. */
  look(): Promise<boolean>
  /** From now on `use` gets every new pair. */
  follow(use: (pair: TlsPair) => void): void
  stop(): void
}

/** Between two looks, in milliseconds. */
const interval = 5_000
/** After something odd was seen, which may be half of a renewal. */
const settling = 1_000

/**
 * @param names for a certificate that the server makes itself
 * @throws AppError TLS_FILE, TLS_NO_CERTIFICATE, TLS_NO_KEY, TLS_MISMATCH, TLS_REFUSED. One that has ended is served nevertheless.
 */
export async function serveCertificate(parts: {
  files: TlsFiles
  names: readonly string[]
  clock: Clock
  logger: Logger
}): Promise<ServedCertificate> {
  const { files, names, clock, logger } = parts
  const ensure = async () => {
    if (files.selfSigned && (await ensureSelfSigned(files, names, clock)))
      logger.info({ file: files.certificate }, 'a TLS certificate of its own was made')
  }
  await ensure()
  let pair = readPair(files)
  let problem: string | null = reasonNotNow(files, pair, clock.now())
  if (problem !== null) logger.warn({ reason: problem }, 'the TLS certificate is not valid now')
  let suspected: string | null = null
  let use: (pair: TlsPair) => void = () => {}
  const stopping = new AbortController()

  async function look(): Promise<boolean> {
    try {
      await ensure()
      const found = readPair(files)
      if (found.certificate === pair.certificate && found.key === pair.key) {
        problem = reasonNotNow(files, pair, clock.now())
        suspected = null
        return true
      }
      requireValidNow(files, found, clock.now())
      use(found)
      pair = found
      problem = null
      suspected = null
      const { fingerprint, validTo } = found
      logger.info({ fingerprint, endsAt: validTo.toISOString() }, 'the TLS certificate was taken anew')
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // Certificate and key are two files: between them is a moment in which they do not fit.
      if (suspected !== reason) {
        suspected = reason
        return false
      }
      if (problem !== reason) {
        problem = reason
        logger.warn({ reason }, 'the new TLS certificate is not used; the one before goes on')
      }
      return true
    }
  }

  return {
    get pair() {
      return pair
    },
    status: () => ({
      endsAt: pair.validTo.getTime(),
      fingerprint: pair.fingerprint,
      selfSigned: files.selfSigned,
      problem,
    }),
    look,
    follow: (taker) => {
      use = taker
      const repeat = async () => {
        let settled = true
        while (!stopping.signal.aborted) {
          await clock.sleep(settled ? interval : settling, stopping.signal)
          settled = await look()
        }
      }
      repeat().catch(() => {})
    },
    stop: () => stopping.abort(),
  }
}

function reasonNotNow(files: TlsFiles, pair: TlsPair, now: number): string | null {
  try {
    requireValidNow(files, pair, now)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
