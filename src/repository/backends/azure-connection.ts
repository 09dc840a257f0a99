/**
 * The client of one container of Azure Blob Storage, made at its first use, and its refusals in this room's words. The SDK repeats nothing
 * itself: what may pass is decided and repeated by `retryingBackend`.
 */
import type { ContainerClient } from '@azure/storage-blob'
import { isAppError } from '../../errors/index.ts'
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'

export interface AzureConnectionOptions {
  /** Name of the storage account. */
  readonly account: string
  /** One of the account's two keys, in base64; or a shared access signature, with or without its `?`. */
  readonly key?: string
  readonly sas?: string
  readonly container: string
  /** Address of the account's blob service. Default: `https://<account>.blob.core.windows.net`. */
  readonly endpoint?: string
}

export interface Asked {
  readonly action: string
  readonly type: FileType
  readonly name: string
  readonly signal?: AbortSignal | undefined
  /** Codes of the service that the asker takes as answers. */
  readonly answers?: readonly string[]
}

export interface AzureConnection {
  /** Errors: those of this room, and an `AzureAnswer` for what the asker takes as one. */
  call<T>(
    asked: Asked,
    request: (container: ContainerClient, options: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T>
}

/** A refusal that its asker takes as an answer. */
export class AzureAnswer extends Error {
  /** The service's error code, `BlobNotFound`. */
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

export const place = 'Azure container'

/** Codes that stand for damage on the way or a passing state, whatever their status. */
const passing = new Set([
  'AccountBeingCreated',
  'ContainerBeingDeleted',
  'Crc64Mismatch',
  'InvalidBlockList',
  'Md5Mismatch',
  'OperationTimedOut',
  'ServerBusy',
])

/** Errors: `STO_LOCATION_INVALID`. */
export function connectAzure(options: AzureConnectionOptions): AzureConnection {
  const { account, key, sas } = options
  const address = containerUrl(options)
  if ((key === undefined) === !sas)
    throw invalid(account, 'it needs the account’s key or a shared access signature, and only one of them')
  if (key !== undefined && !/^[A-Za-z0-9+/]+={0,2}$/.test(key)) throw invalid(account, 'its key is no base64')
  const connect = async (): Promise<ContainerClient> => {
    const sdk = await import('@azure/storage-blob')
    const settings = { retryOptions: { maxTries: 1 } }
    if (key !== undefined)
      return new sdk.ContainerClient(address, new sdk.StorageSharedKeyCredential(account, key), settings)
    const signature = (sas ?? '').replace(/^\?/, '')
    return new sdk.ContainerClient(`${address}?${signature}`, new sdk.AnonymousCredential(), settings)
  }
  let started: Promise<ContainerClient> | undefined
  return {
    async call(asked, request) {
      const { signal } = asked
      started ??= connect()
      const container = await started
      signal?.throwIfAborted()
      try {
        return await request(container, signal ? { abortSignal: signal } : {})
      } catch (cause) {
        signal?.throwIfAborted()
        if (isAppError(cause)) throw cause
        throw judged(asked, options.container, cause)
      }
    },
  }
}

function containerUrl({ account, container, endpoint }: AzureConnectionOptions): string {
  if (!/^[a-z0-9]{3,24}$/.test(account)) throw invalid(account, 'it names no storage account')
  // `$root` and the like are not for repositories.
  if (!/^[a-z0-9](?:-?[a-z0-9]){2,62}$/.test(container)) throw invalid(account, 'it names no container')
  const text = endpoint ?? `https://${account}.blob.core.windows.net`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.search || url.hash)
    throw invalid(account, 'its endpoint is no http or https address')
  return `${url.href.replace(/\/$/, '')}/${container}`
}

function invalid(account: string, reason: string): Error {
  return fail('STO_LOCATION_INVALID', { location: `azure:${account}`, reason })
}

/** Only codes: messages and requests hold addresses, and with a shared access signature these are secret. */
function judged(asked: Asked, container: string, failure: unknown): Error {
  const { action, type, name, answers = [] } = asked
  const { code, status } = readFailure(failure)
  const cause = new Error(`${code}${status === undefined ? '' : `, HTTP status ${status}`}`)
  const refused = (kind: 'STO_STORAGE_DENIED' | 'STO_STORAGE_UNSUITABLE', reason: string) =>
    fail(kind, { place, action, type, name, reason }, cause)
  if (answers.includes(code)) return new AzureAnswer(code)
  if (code === 'ContainerNotFound')
    return refused('STO_STORAGE_UNSUITABLE', `there is no container “${container}”`)
  if (code.startsWith('BlobImmutable')) return fail('STO_FILE_RETAINED', { place, type, name }, cause)
  if (status === undefined || status >= 500 || passing.has(code) || [408, 429].includes(status))
    return fail('STO_STORAGE_FAILED', { action, type, name, reason: cause.message }, cause)
  return refused([401, 403].includes(status) ? 'STO_STORAGE_DENIED' : 'STO_STORAGE_UNSUITABLE', cause.message)
}

/** The service's error code, which answers without body carry in a header; else the network's. */
function readFailure(failure: unknown): { readonly code: string; readonly status: number | undefined } {
  if (!(failure instanceof Error)) return { code: 'the connection broke', status: undefined }
  const { code, statusCode, details } = failure as {
    code?: unknown
    statusCode?: unknown
    details?: { errorCode?: unknown }
  }
  const found = [details?.errorCode, code].find((one): one is string => typeof one === 'string')
  return { code: found ?? failure.name, status: typeof statusCode === 'number' ? statusCode : undefined }
}
