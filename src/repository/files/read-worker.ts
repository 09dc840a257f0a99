/**
 * Reading a disk, in worker threads: calls that wait (a disk, a network share) block a thread of ours and never the event loop, and
 * a call from a thread costs a fraction of one through promises. Small files are read and hashed by the batch, large ones are cut.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { idOf } from '../format/blob-id.ts'
import { Moved } from '../threads/moved.ts'
import { release } from '../threads/release.ts'
import { type ChunkerTables, chunkerTables, createChunker, largestChunk } from '../write/chunker.ts'
import { type Fault, orFault } from './fault.ts'
import { entryAt, entryBehind, entryOf, type FileEntry } from './file-entry.ts'
import { joinPath, pathBytes, type RawPath } from './raw-path.ts'

/** Names looked at in one go. */
export const namesPerLook = 1000

/** Names of a directory in restic's order, and what stands behind the first of them. */
export function listDirectory({
  path,
}: {
  readonly path: RawPath
}): { readonly names: RawPath[]; readonly entries: (FileEntry | Fault)[] } | Fault {
  return orFault(() => {
    const names = readdirSync(pathBytes(path), { encoding: 'buffer' })
      .map((name) => name.toString('latin1'))
      .sort()
    return { names, entries: lookAt({ folder: path, names: names.slice(0, namesPerLook) }) }
  })
}

/** What stands behind some names of a directory. */
export function lookAt(task: {
  readonly folder: RawPath
  readonly names: readonly RawPath[]
}): (FileEntry | Fault)[] {
  return task.names.map((name) => orFault(() => entryAt(joinPath(task.folder, name))))
}

/** The directory (or what else) at a path, through symbolic links when asked. */
export function lookAtPath(task: { readonly path: RawPath; readonly follow: boolean }): FileEntry | Fault {
  return orFault(() => (task.follow ? entryBehind(task.path) : entryAt(task.path)))
}

export interface SmallFile {
  readonly path: RawPath
  /** Bytes it had when it was looked at. */
  readonly size: number
}

/** A file that was read whole: its blob is a part of the batch's bytes. */
export interface SmallFileRead {
  readonly entry: FileEntry
  readonly offset: number
  readonly length: number
  readonly id: string
}

export interface SmallFilesRead {
  readonly bytes: Uint8Array
  /** One per file: what was read, why not, or undefined when it has grown too much for this way of reading. */
  readonly files: (SmallFileRead | Fault | undefined)[]
}

export function readSmallFiles({ files }: { readonly files: readonly SmallFile[] }): Moved<SmallFilesRead> {
  // One byte more than expected shows whether a file has grown.
  const bytes = Buffer.allocUnsafeSlow(files.reduce((sum, { size }) => sum + size + 1, 0))
  let used = 0
  const read = files.map(({ path, size }) =>
    orFault(() => {
      const file = openSync(pathBytes(path), readFlags)
      try {
        const entry = entryOf(fstatSync(file, { bigint: true }))
        if (entry.type !== 'file') return { fault: 'it is no file any more' }
        const length = fill(file, bytes.subarray(used, used + size + 1), 0)
        if (length > size) return undefined
        const offset = used
        used += length
        return { entry, offset, length, id: idOf(bytes.subarray(offset, used)) }
      } finally {
        closeSync(file)
      }
    }),
  )
  return new Moved({ bytes, files: read }, bytes.buffer)
}

export interface LargeFilePart {
  /** Chunks end to end. */
  readonly bytes: Uint8Array
  readonly lengths: readonly number[]
  readonly ids: readonly string[]
  /** The end of the file was reached. */
  readonly end: boolean
}

/** A part has at least this many bytes, unless the file ends. */
const partSize = 1024 * 1024
const readSize = 512 * 1024
const usualScratch = partSize + 2 * 1024 * 1024
let scratch = Buffer.alloc(0)
let tables: { readonly polynomial: bigint; readonly made: ChunkerTables } | undefined

/** Memory that serves for every part; few chunks need more than usual. */
function scratchOf(bytes: number): Buffer {
  if (bytes > scratch.length) {
    const larger = Buffer.allocUnsafeSlow(
      Math.max(usualScratch, bytes, Math.min(2 * bytes, partSize + largestChunk)),
    )
    scratch.copy(larger)
    release(scratch)
    scratch = larger
  }
  return scratch
}

/**
 * Reads some chunks of an open file from `position` on, which must be a cut: the chunker begins anew at every cut, so that parts need
 * no memory of each other. What was read beyond the last cut is read again with the next part.
 */
export function readPart(task: {
  readonly file: number
  readonly position: number
  readonly polynomial: bigint
}): Moved<LargeFilePart> | Fault {
  return orFault(() => {
    if (tables?.polynomial !== task.polynomial) {
      tables = { polynomial: task.polynomial, made: chunkerTables(task.polynomial) }
    }
    const chunker = createChunker(tables.made)
    const lengths: number[] = []
    let filled = 0
    let cut = 0
    let looked = 0
    let end = false
    while (!end && cut < partSize) {
      const memory = scratchOf(filled + readSize)
      const length = fill(task.file, memory.subarray(filled, filled + readSize), task.position + filled)
      filled += length
      end = length < readSize
      while (looked < filled) {
        const found = chunker.nextCut(memory.subarray(0, filled), looked)
        if (found === -1) looked = filled
        else {
          looked += found
          lengths.push(looked - cut)
          cut = looked
        }
      }
    }
    if (end && filled > cut) {
      lengths.push(filled - cut)
      cut = filled
    }
    const bytes = new Uint8Array(cut)
    bytes.set(scratchOf(cut).subarray(0, cut))
    let offset = 0
    const ids = lengths.map((length) => {
      offset += length
      return idOf(bytes.subarray(offset - length, offset))
    })
    return new Moved({ bytes, lengths, ids, end }, bytes.buffer)
  })
}

/** Never through a link, and never waiting for somebody to write into a pipe that took the file's place. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Reads until the buffer is full or the file ends; answers how many bytes it read. */
function fill(file: number, bytes: Uint8Array, position: number): number {
  let filled = 0
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, position + filled)
    if (count === 0) break
    filled += count
  }
  return filled
}
