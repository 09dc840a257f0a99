/**
 * Puts blobs that must not be there yet. Up to 64 MiB in one request; larger ones as blocks, which nobody sees until they are
 * committed at once. Every request carries the MD5 of its bytes, and the service compares it.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { AzureAnswer, type AzureConnection } from './azure-connection.ts'
import type { ObjectKeys } from './object-keys.ts'

const largestPut = 64 * 1024 * 1024
const blockSize = 16 * 1024 * 1024
const absent = { conditions: { ifNoneMatch: '*' } }

/** Errors: `STO_FILE_EXISTS`. */
export async function uploadBlob(
  connection: AzureConnection,
  keys: ObjectKeys,
  type: FileType,
  name: string,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<void> {
  const asked = { action: 'save', type, name, signal, answers: ['BlobAlreadyExists', 'ConditionNotMet'] }
  const key = keys.keyOf(type, name)
  const headers = { blobContentType: 'application/octet-stream', blobContentMD5: md5Of(bytes) }
  try {
    if (bytes.length <= largestPut) {
      const md5 = { transactionalContentMD5: headers.blobContentMD5 }
      await connection.call(asked, (container, settings) =>
        container
          .getBlockBlobClient(key)
          .upload(bytes, bytes.length, { ...settings, ...absent, ...md5, blobHTTPHeaders: headers }),
      )
      return
    }
    // Names of this upload's own, so that two uploads of one blob never mix.
    const upload = randomBytes(8).toString('hex')
    const blocks: string[] = []
    for (let at = 0; at < bytes.length; at += blockSize) {
      const block = bytes.subarray(at, at + blockSize)
      const id = Buffer.from(`${upload}-${String(blocks.length).padStart(6, '0')}`).toString('base64')
      await connection.call(asked, (container, settings) =>
        container
          .getBlockBlobClient(key)
          .stageBlock(id, block, block.length, { ...settings, transactionalContentMD5: md5Of(block) }),
      )
      blocks.push(id)
    }
    await connection.call(asked, (container, settings) =>
      container
        .getBlockBlobClient(key)
        .commitBlockList(blocks, { ...settings, ...absent, blobHTTPHeaders: headers }),
    )
  } catch (cause) {
    if (cause instanceof AzureAnswer) throw fail('STO_FILE_EXISTS', { type, name }, cause)
    throw cause
  }
}

function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest()
}
