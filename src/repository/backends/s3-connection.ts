/**
 * The client of one bucket, made at its first use (the SDK takes a while to load), and its refusals in this room's words. The SDK
 * repeats nothing itself: what may pass is decided and repeated by `retryingBackend`.
 */
import type { S3, S3ClientConfig } from '@aws-sdk/client-s3'
import { isAppError } from '../../errors/index.ts'
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'

export interface S3ConnectionOptions {
  /** Host name or http(s) URL without path: `s3.eu-central-1.amazonaws.com`, `http://127.0.0.1:9000`. Without scheme it is https. */
  readonly endpoint: string
  readonly bucket: string
  /** Default: the one in the endpoint's name, else `us-east-1`. */
  readonly region?: string
  /** Default: as the AWS tools find them (environment, shared configuration files, role of the machine). */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** The bucket in the path, not in the host name. Default: yes, but for Amazon's own endpoints. */
  readonly pathStyle?: boolean
  /** PEM of an authority to trust instead of the usual ones. */
  readonly certificateAuthority?: string
  /** Connections at once; default 16. */
  readonly connections?: number
}

export interface Asked {
  readonly action: string
  readonly type: FileType
  readonly name: string
  readonly signal?: AbortSignal | undefined
  /** Statuses and codes that the asker takes as answers. */
  readonly answers?: readonly (number | string)[]
}

export interface S3Connection {
  readonly bucket: string
  /** Whether the endpoint is Amazon's own. */
  readonly amazon: boolean
  /** Errors: those of this room, and an `S3Answer` for what the asker takes as one. */
  call<T>(asked: Asked, request: (s3: S3, options: { abortSignal?: AbortSignal }) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A refusal that its asker takes as an answer. */
export class S3Answer extends Error {
  /** S3's error code, `NoSuchKey`; for answers without body what the SDK makes of the status. */
  readonly code: string
  readonly status: number

  constructor(code: string, status: number) {
    super(`${code} (HTTP status ${status})`)
    this.code = code
    this.status = status
  }
}

export const place = 'S3 bucket'
const connectionTimeout = 15_000
/** Codes that stand for damage on the way or a passing state, whatever their status. */
const passing = new Set([
  'BadDigest',
  'ConditionalRequestConflict',
  'IncompleteBody',
  'OperationAborted',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'SlowDown',
  'XAmzContentSHA256Mismatch',
])
/** Errors: `STO_LOCATION_INVALID`. */
export function connectS3(options: S3ConnectionOptions): S3Connection {
  const { bucket } = options
  const endpoint = endpointOf(options.endpoint)
  if (!/^[A-Za-z0-9][\w.-]{1,254}$/.test(bucket))
    throw fail('STO_LOCATION_INVALID', { location: `s3:${endpoint.host}`, reason: 'it names no bucket' })
  let started: Promise<S3> | undefined
  const start = () =>
    (started ??= import('@aws-sdk/client-s3').then((sdk) => new sdk.S3(settings(options, endpoint))))
  return {
    bucket,
    amazon: isAmazon(endpoint),
    async call(asked, request) {
      const { signal } = asked
      const s3 = await start()
      signal?.throwIfAborted()
      try {
        return await request(s3, signal ? { abortSignal: signal } : {})
      } catch (cause) {
        signal?.throwIfAborted()
        if (isAppError(cause)) throw cause
        throw judged(asked, bucket, cause)
      }
    },
    async close() {
      ;(await started)?.destroy()
    },
  }
}

function settings(options: S3ConnectionOptions, endpoint: URL): S3ClientConfig {
  const { credentials, certificateAuthority: ca, connections = 16 } = options
  const region = regionOf(endpoint)
  const agent = { keepAlive: true, maxSockets: connections }
  const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
  return {
    region: options.region ?? region ?? 'us-east-1',
    // The SDK finds the right one of Amazon's regular endpoints itself, also when the bucket is in another region.
    ...(isAmazon(endpoint) && (region !== undefined || endpoint.hostname === 's3.amazonaws.com')
      ? { followRegionRedirects: true }
      : { endpoint: endpoint.origin }),
    forcePathStyle: options.pathStyle ?? (!isAmazon(endpoint) || options.bucket.includes('.')),
    ...(credentials ? { credentials: { ...credentials } } : {}),
    maxAttempts: 1,
    // Uploads carry MD5, which all servers know; the newer checksums are refused by some.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout,
      logger: silent,
      httpAgent: agent,
      httpsAgent: ca === undefined ? agent : { ...agent, ca },
    },
    logger: silent,
  }
}

function endpointOf(text: string): URL {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  const plain = url && url.pathname === '/' && !url.username && !url.password && !url.search && !url.hash
  if (url && plain && ['http:', 'https:'].includes(url.protocol)) return url
  throw fail('STO_LOCATION_INVALID', {
    location: 's3:',
    reason: 'its endpoint is no host name and no http or https address without path',
  })
}

function isAmazon(endpoint: URL): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(endpoint.hostname)
}

/** `eu-central-1` out of `s3.eu-central-1.amazonaws.com`. */
function regionOf(endpoint: URL): string | undefined {
  return /^s3[.-]([a-z]+(?:-[a-z]+)+-\d+)\.amazonaws\.com(?:\.cn)?$/.exec(endpoint.hostname)?.[1]
}

/** Only names and codes: messages of servers and of the network may hold addresses and keys. */
function judged(asked: Asked, bucket: string, failure: unknown): Error {
  const { action, type, name, answers = [] } = asked
  const { code, status } = readFailure(failure)
  const cause = new Error(status === undefined ? code : `${code}, HTTP status ${status}`)
  const refused = (kind: 'STO_STORAGE_DENIED' | 'STO_STORAGE_UNSUITABLE', reason: string) =>
    fail(kind, { place, action, type, name, reason }, cause)
  if (code === 'CredentialsProviderError') return refused('STO_STORAGE_DENIED', 'no access keys were found')
  if (code === 'NoSuchBucket') return refused('STO_STORAGE_UNSUITABLE', `there is no bucket “${bucket}”`)
  if (status !== undefined && (answers.includes(status) || answers.includes(code)))
    return new S3Answer(code, status)
  if (status === undefined || status >= 500 || passing.has(code) || [408, 429].includes(status))
    return fail('STO_STORAGE_FAILED', { action, type, name, reason: cause.message }, cause)
  return refused([401, 403].includes(status) ? 'STO_STORAGE_DENIED' : 'STO_STORAGE_UNSUITABLE', cause.message)
}

/** The code of a failure: S3's own, else the network's (`ECONNRESET`), else the error's name. */
function readFailure(cause: unknown): { readonly code: string; readonly status: number | undefined } {
  if (!(cause instanceof Error)) return { code: 'the connection broke', status: undefined }
  const { $metadata: metadata, code } = cause as { $metadata?: { httpStatusCode?: number }; code?: unknown }
  return { code: typeof code === 'string' ? code : cause.name, status: metadata?.httpStatusCode }
}
