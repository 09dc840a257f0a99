/** What lies in the folder of a repository and does not belong to one. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileType } from '../backend.ts'
import { fail } from '../errors.ts'
import { isFileName } from './file-name.ts'

/** Very old releases of restic made a folder for temporary files; an empty one is no stranger. */
const oldTemporary = 'tmp'
const folders: readonly FileType[] = ['data', 'index', 'keys', 'locks', 'snapshots']

/** A subfolder of `data`. */
export function isSubfolder(name: string): boolean {
  return /^[0-9a-f]{2}$/.test(name)
}

/** Paths from `directory` on, with slashes; of a foreign folder only the folder itself. */
export async function* foreignFiles(directory: string, signal?: AbortSignal): AsyncGenerator<string> {
  for await (const entry of entriesOf(directory, '', signal)) {
    const known = entry.isFolder ? [...folders, oldTemporary] : ['config']
    if (!known.includes(entry.name)) yield entry.path
  }
  for await (const { path } of entriesOf(directory, oldTemporary, signal)) yield path
  for (const type of folders) {
    for await (const entry of entriesOf(directory, type, signal)) {
      const inData = type === 'data'
      if (!entry.isFolder && (inData || !isFileName(type, entry.name))) yield entry.path
      if (!entry.isFolder) continue
      if (inData && isSubfolder(entry.name)) yield* foreignPacks(directory, entry.name, signal)
      else yield entry.path
    }
  }
}

async function* foreignPacks(directory: string, sub: string, signal?: AbortSignal): AsyncGenerator<string> {
  for await (const { name, path, isFolder } of entriesOf(directory, `data/${sub}`, signal)) {
    if (isFolder || !isFileName('data', name) || !name.startsWith(sub)) yield path
  }
}

async function* entriesOf(directory: string, folder: string, signal?: AbortSignal) {
  signal?.throwIfAborted()
  let entries: Dirent[] = []
  try {
    entries = await readdir(join(directory, folder), { withFileTypes: true })
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason'
    const details = { action: 'list', type: 'folder', name: folder, reason }
    if (reason !== 'ENOENT') throw fail('STO_STORAGE_FAILED', details, cause)
  }
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    yield { name: entry.name, path, isFolder: entry.isDirectory() }
  }
}
