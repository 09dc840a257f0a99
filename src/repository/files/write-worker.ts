/**
 * Writing a disk, in worker threads. A file gets its name when it is whole: until then it is a temporary one beside it, so that nobody
 * takes a half file for a restored one. Nothing is written through a link: files are made new, and directories were looked at.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { idOf } from '../format/blob-id.ts'
import type { MasterKey } from '../format/crypto.ts'
import type { PackedBlob } from '../format/pack-header.ts'
import { openBlob } from '../read/open-blob.ts'
import { release } from '../threads/release.ts'
import { type Fault, faultOf } from './fault.ts'
import { pathBytes, type RawPath } from './raw-path.ts'

/** What a file gets beside its content. */
export interface Metadata {
  /** As `chmod` takes it; undefined for links, which have none. */
  readonly mode?: number
  /** Undefined where this user may not give files away. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** Seconds since the epoch, both. */
  readonly accessed: number
  readonly modified: number
}

/** A file that becomes visible when it is whole. */
export interface NewFile {
  readonly temporary: RawPath
  readonly path: RawPath
  readonly size: number
  readonly metadata: Metadata
}

/** Where the bytes of a blob go: a part of a file, or all of it. */
export interface BlobUse {
  readonly temporary: RawPath
  readonly offset: number
  readonly whole?: NewFile
}

export interface SpanTask {
  readonly key: MasterKey
  readonly pack: string
  /** Sealed bytes of the pack from `offset` on. */
  readonly bytes: Uint8Array
  readonly offset: number
  readonly blobs: readonly PackedBlob[]
  /** One list per blob. */
  readonly uses: readonly (readonly BlobUse[])[]
}

export interface SpanResult {
  /** Positions of blobs that do not open. */
  readonly damaged: number[]
  readonly faults: { readonly blob: number; readonly use: number; readonly fault: string }[]
}

/** Opens the blobs of a span, checks each against its id and writes it to its places. */
export function restoreSpan(task: SpanTask): SpanResult {
  const result: SpanResult = { damaged: [], faults: [] }
  const files = openFiles()
  try {
    for (const [blob, place] of task.blobs.entries()) {
      const from = place.offset - task.offset
      let plain: Buffer
      try {
        plain = openBlob(task.key, task.pack, place, task.bytes.subarray(from, from + place.length))
      } catch {
        result.damaged.push(blob)
        continue
      }
      for (const [use, one] of (task.uses[blob] ?? []).entries()) {
        const outcome = writeUse(files, one, plain)
        if (outcome) result.faults.push({ blob, use, ...outcome })
      }
      release(plain)
    }
  } finally {
    files.close()
    release(task.bytes)
  }
  return result
}

/** Writes one blob that was read some other way. */
export function writeBlob(task: {
  readonly plain: Uint8Array
  readonly uses: readonly BlobUse[]
}): (Fault | undefined)[] {
  const files = openFiles()
  try {
    return task.uses.map((use) => writeUse(files, use, task.plain))
  } finally {
    files.close()
  }
}

function writeUse(files: OpenFiles, use: BlobUse, plain: Uint8Array): Fault | undefined {
  const { whole } = use
  const written = faultOf(() =>
    whole ? createFile(whole, plain) : writeAll(files.open(use.temporary), plain, use.offset),
  )
  return written
}

/** Empty files have no blob. */
export function createEmpty({ files }: { readonly files: readonly NewFile[] }): (Fault | undefined)[] {
  return files.map((file) => faultOf(() => createFile(file, new Uint8Array(0))))
}

/** Gives finished files of many parts their metadata and names. */
export function finishFiles({ files }: { readonly files: readonly NewFile[] }): (Fault | undefined)[] {
  return files.map((file) =>
    faultOf(() => {
      const descriptor = openSync(pathBytes(file.temporary), constants.O_RDWR | noFollow)
      try {
        if (fstatSync(descriptor).size !== file.size) ftruncateSync(descriptor, file.size)
        describe(descriptor, file.metadata)
      } finally {
        closeSync(descriptor)
      }
      takePlace(file.temporary, file.path)
    }),
  )
}

export function removeFiles({ paths }: { readonly paths: readonly RawPath[] }): void {
  for (const path of paths) faultOf(() => unlinkSync(pathBytes(path)))
}

/** `made`: it is new and therefore empty; `there`: a real directory that was there before. */
export type DirectoryOutcome = 'made' | 'there' | Fault

/** Makes directories whose parents exist. What is no directory, a link to one included, is replaced when `replace` is set. */
export function makeDirectories(task: {
  readonly paths: readonly RawPath[]
  readonly replace: boolean
}): DirectoryOutcome[] {
  return task.paths.map((path) => {
    const bytes = pathBytes(path)
    let outcome: DirectoryOutcome = 'made'
    const fault = faultOf(() => {
      try {
        mkdirSync(bytes, 0o700)
      } catch (cause) {
        if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause
        if (lstatSync(bytes).isDirectory()) outcome = 'there'
        else if (task.replace) {
          unlinkSync(bytes)
          mkdirSync(bytes, 0o700)
        } else throw cause
      }
    })
    return fault ?? outcome
  })
}

/** Modes and times of directories, innermost first: whatever is made in a directory changes its time. */
export function describeDirectories(task: {
  readonly directories: readonly { readonly path: RawPath; readonly metadata: Metadata }[]
}): (Fault | undefined)[] {
  return task.directories.map(({ path, metadata }) => faultOf(() => describePath(path, metadata)))
}

export type OtherFile = {
  readonly path: RawPath
  readonly temporary: RawPath
  readonly metadata: Metadata
} & (
  | { readonly kind: 'symlink'; readonly target: RawPath }
  | { readonly kind: 'hardlink'; readonly target: RawPath }
  /** Was made at `temporary` by a program. */
  | { readonly kind: 'made' }
)

/** Symbolic and hard links, and what was made by a program. */
export function createOthers({ files }: { readonly files: readonly OtherFile[] }): (Fault | undefined)[] {
  return files.map((file) =>
    faultOf(() => {
      if (file.kind === 'symlink') symlinkSync(pathBytes(file.target), pathBytes(file.temporary))
      if (file.kind === 'hardlink') {
        linkSync(pathBytes(file.target), pathBytes(file.temporary))
        // Renaming one name of a file over another of the same does nothing, so the old one goes first.
        faultOf(() => unlinkSync(pathBytes(file.path)))
      } else describePath(file.temporary, file.metadata)
      takePlace(file.temporary, file.path)
    }),
  )
}

/** Metadata alone, of files whose content stays as it is. */
export function describeFiles(task: {
  readonly files: readonly { readonly path: RawPath; readonly metadata: Metadata }[]
}): (Fault | undefined)[] {
  return describeDirectories({ directories: task.files })
}

/** Reads files and compares them with their blobs; answers false for those that differ. */
export function compareFiles(task: {
  readonly files: readonly {
    readonly path: RawPath
    readonly blobs: readonly { readonly id: string; readonly length: number }[]
  }[]
}): (boolean | Fault)[] {
  return task.files.map(({ path, blobs }) => {
    let same = true
    const fault = faultOf(() => {
      const file = openSync(pathBytes(path), constants.O_RDONLY | noFollow)
      try {
        let position = 0
        for (const { id, length } of blobs) {
          const bytes = Buffer.allocUnsafe(length)
          same &&= readSync(file, bytes, 0, length, position) === length && idOf(bytes) === id
          position += length
        }
        same &&= fstatSync(file).size === position
      } finally {
        closeSync(file)
      }
    })
    return fault ?? same
  })
}

const noFollow = constants.O_NOFOLLOW ?? 0
const createFlags = constants.O_WRONLY | constants.O_CREAT | noFollow

function createFile(file: NewFile, content: Uint8Array): void {
  const descriptor = openSync(pathBytes(file.temporary), createFlags | constants.O_EXCL, 0o600)
  try {
    try {
      writeAll(descriptor, content, 0)
      describe(descriptor, file.metadata)
    } finally {
      closeSync(descriptor)
    }
    takePlace(file.temporary, file.path)
  } catch (cause) {
    faultOf(() => unlinkSync(pathBytes(file.temporary)))
    throw cause
  }
}

function writeAll(descriptor: number, content: Uint8Array, offset: number): void {
  for (let done = 0; done < content.length; )
    done += writeSync(descriptor, content, done, content.length - done, offset + done)
}

/** Owner before mode, since a change of owner clears setuid; times last. */
function describe(descriptor: number, { owner, mode, accessed, modified }: Metadata): void {
  if (owner) fchownSync(descriptor, owner.uid, owner.gid)
  if (mode !== undefined) fchmodSync(descriptor, mode)
  futimesSync(descriptor, accessed, modified)
}

function describePath(path: RawPath, { owner, mode, accessed, modified }: Metadata): void {
  const bytes = pathBytes(path)
  if (owner) lchownSync(bytes, owner.uid, owner.gid)
  if (mode !== undefined) chmodSync(bytes, mode)
  lutimesSync(bytes, accessed, modified)
}

/** Gives a finished file its name; an empty directory there makes way, as restic lets it. */
function takePlace(temporary: RawPath, path: RawPath): void {
  try {
    renameSync(pathBytes(temporary), pathBytes(path))
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EISDIR')) throw cause
    rmdirSync(pathBytes(path))
    renameSync(pathBytes(temporary), pathBytes(path))
  }
}

interface OpenFiles {
  open(path: RawPath): number
  close(): void
}

function openFiles(): OpenFiles {
  const descriptors = new Map<RawPath, number>()
  return {
    open(path) {
      const known = descriptors.get(path)
      if (known !== undefined) return known
      const opened = openSync(pathBytes(path), createFlags, 0o600)
      descriptors.set(path, opened)
      return opened
    },
    close() {
      for (const descriptor of descriptors.values()) closeSync(descriptor)
    },
  }
}
