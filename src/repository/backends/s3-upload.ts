/**
 * Puts objects that must not be there yet. An object appears whole or not at all, and its MD5 is compared by the server before it
 * does. Not every server honours `If-None-Match` (Ceph 16 does not in versioned buckets), so a save looks first until a server has
 * shown that it does, and saves of one name in this process wait for each other.
 */
import { createHash } from 'node:crypto'
import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3'
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import type { ObjectKeys } from './object-keys.ts'
import { place, S3Answer, type S3Connection } from './s3-connection.ts'
import type { S3Objects } from './s3-objects.ts'
import { createTurns } from './turns.ts'

export type S3Upload = (
  type: FileType,
  name: string,
  bytes: Uint8Array,
  signal?: AbortSignal,
) => Promise<void>

/** `extra` gives what a put carries besides, by the kind of file. Errors of the result: `STO_FILE_EXISTS`. */
export function s3Upload(
  connection: S3Connection,
  keys: ObjectKeys,
  objects: S3Objects,
  extra: (type: FileType) => Partial<PutObjectCommandInput>,
): S3Upload {
  const inTurn = createTurns()
  let conditions: 'unknown' | 'honoured' | 'unsupported' = connection.amazon ? 'honoured' : 'unknown'
  let etagIsMd5 = true

  const put = async (type: FileType, name: string, bytes: Uint8Array, md5: Buffer, signal?: AbortSignal) => {
    const conditional = conditions !== 'unsupported'
    const input = {
      Bucket: connection.bucket,
      Key: keys.keyOf(type, name),
      Body: bytes,
      ContentLength: bytes.length,
      ContentMD5: md5.toString('base64'),
      ContentType: 'application/octet-stream',
      ...(conditional ? { IfNoneMatch: '*' } : {}),
      ...extra(type),
    }
    const answers = [412, ...(conditional ? ['NotImplemented'] : [])]
    return connection.call({ action: 'save', type, name, signal, answers }, (s3, settings) =>
      s3.putObject(input, settings),
    )
  }
  const putOnce: typeof put = async (type, name, bytes, md5, signal) => {
    try {
      return await put(type, name, bytes, md5, signal)
    } catch (cause) {
      if (!(cause instanceof S3Answer)) throw cause
      if (cause.status === 412) {
        conditions = 'honoured'
        throw fail('STO_FILE_EXISTS', { type, name }, cause)
      }
      conditions = 'unsupported'
      return putOnce(type, name, bytes, md5, signal)
    }
  }
  const save: S3Upload = async (type, name, bytes, signal) => {
    if (conditions !== 'honoured' && (await objects.sizeOf(type, name, signal)) !== undefined)
      throw fail('STO_FILE_EXISTS', { type, name })
    const md5 = createHash('md5').update(bytes).digest()
    const answer = await putOnce(type, name, bytes, md5, signal)
    if (!etagIsMd5 || hasEtag(answer, md5)) return
    // Servers that encrypt make their own. Then what was stored is read back once, and the server is believed from then on.
    if (!(await objects.load(type, name, undefined, signal)).equals(bytes)) {
      const reason = 'other bytes were stored than were sent'
      throw fail('STO_STORAGE_UNSUITABLE', { place, action: 'save', type, name, reason })
    }
    etagIsMd5 = false
  }
  return (type, name, bytes, signal) => inTurn(keys.keyOf(type, name), () => save(type, name, bytes, signal))
}

function hasEtag({ ETag }: PutObjectCommandOutput, md5: Buffer): boolean {
  return ETag?.replaceAll('"', '').toLowerCase() === md5.toString('hex')
}
