/**
 * A folder on a disk, in restic's default layout. Order of a save: temporary file in the same folder, fsync, hard link to its
 * name (which refuses to overwrite), remove the temporary name, fsync the folder. A crash leaves at most a `*.tmp` file, which
 * listings ignore.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAppError } from '../../errors/index.ts'
import type { Backend, ByteRange, FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { checkedName, isFileName } from './file-name.ts'
import { foreignFiles, isSubfolder } from './foreign-files.ts'

/** Names that only `writeWhole` gives. */
const temporaryName = /(?:^config|\/[0-9a-f]{64})\.[0-9a-f]{12}\.tmp$/

/** A backend on `directory`, which is made by the first save when it is missing. */
export function localBackend(directory: string): Backend {
  const folder = (type: FileType) => (type === 'config' ? directory : join(directory, type))
  const pathOf = (type: FileType, name: string) => {
    checkedName(type, name)
    return type === 'data' ? join(folder(type), name.slice(0, 2), name) : join(folder(type), name)
  }
  const attempt = async <T>(
    action: string,
    type: FileType,
    name: string,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (isAppError(cause)) throw cause
      const code = errorCode(cause)
      if (code === 'ENOENT' && action !== 'save' && action !== 'list')
        throw fail('STO_FILE_MISSING', { type, name }, cause)
      throw fail('STO_STORAGE_FAILED', { action, type, name, reason: code ?? 'unknown reason' }, cause)
    }
  }
  return {
    features: { kind: 'local folder', durable: true, appendOnly: false },
    async save(type, name, bytes, signal) {
      signal?.throwIfAborted()
      const path = pathOf(type, name)
      await attempt('save', type, name, async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeWhole(path, bytes, () => fail('STO_FILE_EXISTS', { type, name }))
      })
    },
    async load(type, name, range, signal) {
      signal?.throwIfAborted()
      return attempt('load', type, name, () => readRange(pathOf(type, name), type, name, range))
    },
    async *list(type, signal) {
      const folders = type === 'data' ? (await namesIn(folder(type))).filter(isSubfolder) : ['']
      for (const sub of folders) {
        for (const name of await namesIn(join(folder(type), sub))) {
          signal?.throwIfAborted()
          // A pack in a subfolder that is not its own is never found by its name.
          if (!isFileName(type, name) || !name.startsWith(sub)) continue
          const size = await attempt('list', type, name, () => sizeOf(join(folder(type), sub, name)))
          if (size !== undefined) yield { name, size }
        }
      }
    },
    listForeign: (signal) => foreignFiles(directory, signal),
    async removeLeftovers(before, signal) {
      let removed = 0
      for await (const path of foreignFiles(directory, signal)) {
        const place = join(directory, path)
        if (!temporaryName.test(path)) continue
        await attempt('remove', 'data', path, async () => {
          if ((await stat(place)).mtimeMs >= before) return
          await unlink(place)
          removed++
        }).catch((cause: unknown) => {
          // Its writer came to an end meanwhile.
          if (!isAppError(cause, 'STO_FILE_MISSING')) throw cause
        })
      }
      return removed
    },
    async remove(type, name, signal) {
      signal?.throwIfAborted()
      await attempt('remove', type, name, async () => {
        await unlink(pathOf(type, name))
        await syncFolder(dirname(pathOf(type, name)))
      })
    },
    async stat(type, name) {
      const size = await attempt('look at', type, name, () => sizeOf(pathOf(type, name)))
      return size === undefined ? undefined : { size }
    },
    async close() {},
  }
}

async function writeWhole(path: string, bytes: Uint8Array, exists: () => Error): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = await open(temporary, 'wx', 0o400)
  try {
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await publish(temporary, path, exists)
  } catch (cause) {
    await unlink(temporary).catch(() => undefined)
    throw cause
  }
  await syncFolder(dirname(path))
}

/** Gives the finished file its name. File systems without hard links get a look and a rename. */
async function publish(temporary: string, path: string, exists: () => Error): Promise<void> {
  try {
    await link(temporary, path)
    await unlink(temporary)
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') throw exists()
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(cause) ?? '')) throw cause
    if ((await sizeOf(path)) !== undefined) throw exists()
    await rename(temporary, path)
  }
}

async function readRange(path: string, type: FileType, name: string, range?: ByteRange): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    if (!range) return await file.readFile()
    const end = range.offset + range.length
    const { size } = await file.stat()
    // Before memory is taken: a damaged index may claim any length.
    if (end > size) throw fail('STO_FILE_TOO_SHORT', { type, name, size, end })
    const bytes = Buffer.allocUnsafe(range.length)
    let filled = 0
    while (filled < range.length) {
      const { bytesRead } = await file.read(bytes, filled, range.length - filled, range.offset + filled)
      if (bytesRead === 0) {
        throw fail('STO_FILE_TOO_SHORT', {
          type,
          name,
          size: range.offset + filled,
          end: range.offset + range.length,
        })
      }
      filled += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

/** Makes a new name in the folder durable. Windows cannot open folders and does not need it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return []
    throw fail(
      'STO_STORAGE_FAILED',
      { action: 'list', type: 'folder', name: path, reason: errorCode(cause) ?? 'unknown' },
      cause,
    )
  }
}

/** Undefined for what is not there, and for what is no file. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw cause
  }
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
}
