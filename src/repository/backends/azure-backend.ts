/** A container of Azure Blob Storage, in restic's default layout. */
import type { Backend, ByteRange, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import {
  AzureAnswer,
  type AzureConnection,
  type AzureConnectionOptions,
  connectAzure,
  place,
} from './azure-connection.ts'
import { uploadBlob } from './azure-upload.ts'
import { type ObjectKeys, objectKeys } from './object-keys.ts'
import { collectBody, exactRange, totalOf } from './range-answer.ts'
import { type RetryingOptions, retryingBackend } from './retrying-backend.ts'

/** Where the container is, and the credentials for it. */
export interface AzureBackendOptions extends AzureConnectionOptions, Omit<RetryingOptions, 'verifyUploads'> {
  /** Names between slashes beneath which the repository lies. */
  readonly prefix?: string
}

const blobsPerPage = 1000

/** Errors: `STO_LOCATION_INVALID`. */
export function azureBackend(options: AzureBackendOptions): Backend {
  const connection = connectAzure(options)
  const plain = plainAzureBackend(connection, objectKeys(options.prefix))
  return retryingBackend(plain, { ...options, verifyUploads: 'none' })
}

function plainAzureBackend(connection: AzureConnection, keys: ObjectKeys): Backend {
  const sizeOf = async (type: FileType, name: string, signal?: AbortSignal) => {
    try {
      const asked = { action: 'look at', type, name, signal, answers: ['BlobNotFound'] }
      const found = await connection.call(asked, (container, settings) =>
        container.getBlobClient(keys.keyOf(type, name)).getProperties(settings),
      )
      return found.contentLength
    } catch (cause) {
      if (cause instanceof AzureAnswer) return undefined
      throw cause
    }
  }
  const wholeOrRange = async (type: FileType, name: string, range?: ByteRange, signal?: AbortSignal) => {
    const asked = { action: 'load', type, name, signal, answers: ['BlobNotFound', 'InvalidRange'] }
    const { contentRange, bytes } = await connection.call(asked, async (container, settings) => {
      const once = { ...settings, maxRetryRequests: 0 }
      const blob = container.getBlobClient(keys.keyOf(type, name))
      const answer = await blob.download(range?.offset ?? 0, range?.length, once)
      const body = answer.readableStreamBody as AsyncIterable<Uint8Array> | undefined
      const bytes = await collectBody(place, type, name, body, answer.contentLength)
      return { contentRange: answer.contentRange, bytes }
    })
    if (!range) return bytes
    if (contentRange) return exactRange(type, name, range, totalOf(contentRange), bytes)
    const part = bytes.subarray(range.offset, range.offset + range.length)
    return exactRange(type, name, range, bytes.length, part)
  }
  return {
    features: { kind: place, durable: true, appendOnly: false },
    save: (type, name, bytes, signal) => uploadBlob(connection, keys, type, name, bytes, signal),
    async load(type, name, range, signal) {
      try {
        if (range?.length !== 0) return await wholeOrRange(type, name, range, signal)
      } catch (cause) {
        if (!(cause instanceof AzureAnswer)) throw cause
        if (!range || cause.code === 'BlobNotFound') throw fail('STO_FILE_MISSING', { type, name }, cause)
      }
      const size = await sizeOf(type, name, signal)
      if (size === undefined) throw fail('STO_FILE_MISSING', { type, name })
      return exactRange(type, name, range, size, Buffer.alloc(0))
    },
    async *list(type, signal) {
      if (type === 'config') {
        const size = await sizeOf(type, 'config', signal)
        if (size !== undefined) yield { name: 'config', size }
        return
      }
      const prefix = keys.folderOf(type)
      for (let token: string | undefined; ; ) {
        const continued = token
        const page = await connection.call(
          { action: 'list', type, name: '', signal },
          (container, settings) =>
            container
              .listBlobsFlat({ ...settings, prefix })
              .byPage({ maxPageSize: blobsPerPage, ...(continued ? { continuationToken: continued } : {}) })
              .next(),
        )
        if (page.done) return
        for (const { name: key, properties } of page.value.segment.blobItems) {
          const name = keys.nameOf(type, key)
          if (name !== undefined) yield { name, size: properties.contentLength ?? 0 }
        }
        token = page.value.continuationToken
        if (!token) return
      }
    },
    async remove(type, name, signal) {
      try {
        const asked = { action: 'remove', type, name, signal, answers: ['BlobNotFound'] }
        await connection.call(asked, (container, settings) =>
          container.getBlobClient(keys.keyOf(type, name)).delete(settings),
        )
      } catch (cause) {
        if (cause instanceof AzureAnswer) throw fail('STO_FILE_MISSING', { type, name }, cause)
        throw cause
      }
    },
    async stat(type, name, signal) {
      const size = await sizeOf(type, name, signal)
      return size === undefined ? undefined : { size }
    },
    async close() {},
  }
}
