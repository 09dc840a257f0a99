/** Looking at, reading and listing objects of a bucket. */
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Backend, ByteRange, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import type { ObjectKeys } from './object-keys.ts'
import { collectBody, exactRange, rangeHeader, totalOf } from './range-answer.ts'
import { place, S3Answer, type S3Connection } from './s3-connection.ts'

const objectsPerPage = 1000

export interface S3Objects {
  /** Undefined when there is none. */
  head(type: FileType, name: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput | undefined>
  sizeOf(type: FileType, name: string, signal?: AbortSignal): Promise<number | undefined>
  readonly load: Backend['load']
  readonly list: Backend['list']
}

export function s3Objects(connection: S3Connection, keys: ObjectKeys): S3Objects {
  const Bucket = connection.bucket
  const head = async (type: FileType, name: string, signal?: AbortSignal) => {
    const Key = keys.keyOf(type, name)
    try {
      const asked = { action: 'look at', type, name, signal, answers: [404] }
      return await connection.call(asked, (s3, settings) => s3.headObject({ Bucket, Key }, settings))
    } catch (cause) {
      if (cause instanceof S3Answer) return undefined
      throw cause
    }
  }
  const sizeOf = async (type: FileType, name: string, signal?: AbortSignal) =>
    (await head(type, name, signal))?.ContentLength
  const wholeOrRange = async (type: FileType, name: string, range?: ByteRange, signal?: AbortSignal) => {
    const Range = rangeHeader(range)
    const input = { Bucket, Key: keys.keyOf(type, name), ...(Range ? { Range } : {}) }
    const asked = { action: 'load', type, name, signal, answers: [404, 416] }
    const { answer, bytes } = await connection.call(asked, async (s3, settings) => {
      const answer = await s3.getObject(input, settings)
      const body = answer.Body as AsyncIterable<Uint8Array> | undefined
      return { answer, bytes: await collectBody(place, type, name, body, answer.ContentLength) }
    })
    if (!range) return bytes
    if (answer.ContentRange) return exactRange(type, name, range, totalOf(answer.ContentRange), bytes)
    const part = bytes.subarray(range.offset, range.offset + range.length)
    return exactRange(type, name, range, bytes.length, part)
  }
  return {
    head,
    sizeOf,
    async load(type, name, range, signal) {
      try {
        if (range?.length !== 0) return await wholeOrRange(type, name, range, signal)
      } catch (cause) {
        if (!(cause instanceof S3Answer)) throw cause
        if (!range || cause.status === 404) throw fail('STO_FILE_MISSING', { type, name }, cause)
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
      const input = { Bucket, Prefix: keys.folderOf(type), MaxKeys: objectsPerPage }
      for (let token: string | undefined; ; ) {
        const page = await connection.call({ action: 'list', type, name: '', signal }, (s3, settings) =>
          s3.listObjectsV2(
            { ...input, ...(token === undefined ? {} : { ContinuationToken: token }) },
            settings,
          ),
        )
        for (const { Key = '', Size } of page.Contents ?? []) {
          const name = keys.nameOf(type, Key)
          if (name !== undefined && Size !== undefined) yield { name, size: Size }
        }
        token = page.NextContinuationToken
        if (!page.IsTruncated || token === undefined) return
      }
    },
  }
}
