/**
 * Reads what stock restic restored by the documented layout alone: `_resource.json`, `_folder.json`, `_items.jsonl` and the files beside it.
 * No code of the product is used, so that both cannot be wrong in the same way.
 */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Workload } from './contract-lab.ts'
import { readOutlookFile, sha256 } from './outlook-file.ts'
import type { Fields, State } from './tenant-state.ts'

const layout = {
  mail: { top: 'mail', key: 'message' },
  calendar: { top: 'calendar', key: 'event' },
  contacts: { top: 'contacts', key: 'contact' },
  todo: { top: 'todo', key: 'task' },
  drive: { top: 'drives', key: 'item' },
} as const

export function readRestoredTree(root: string, workload: Workload): State {
  const state: State = { items: new Map(), folders: new Set() }
  const top = join(root, layout[workload].top)
  for (const fan of readdirSync(top))
    for (const name of readdirSync(join(top, fan))) {
      const place = join(top, fan, name)
      const { id } = readJson(join(place, '_resource.json')) as { id: string }
      readDirectory(state, workload, workload === 'drive' ? join(place, 'files') : place, [id])
    }
  return state
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

function readDirectory(state: State, workload: Workload, directory: string, place: readonly string[]): void {
  if (!existsSync(directory)) return
  const names = readdirSync(directory, { withFileTypes: true })
  const lines = new Map<string, { file: string; sha256: string; size: number } & Fields>()
  if (names.some(({ name }) => name === '_items.jsonl'))
    for (const text of readFileSync(join(directory, '_items.jsonl'), 'utf8').split('\n').filter(Boolean)) {
      const line = JSON.parse(text) as { file: string; sha256: string; size: number }
      assert.ok(!lines.has(line.file), `${line.file} has two lines`)
      lines.set(line.file, line)
    }
  for (const entry of names) {
    const path = join(directory, entry.name)
    // Older versions of files are no items.
    if (entry.name === '_versions') continue
    if (entry.isDirectory()) {
      const isFolder = existsSync(join(path, '_folder.json'))
      const own = isFolder ? [...place, addFolder(state, workload, path, place)] : place
      readDirectory(state, workload, path, own)
      continue
    }
    if (entry.name.startsWith('_')) continue
    const line = lines.get(entry.name)
    assert.ok(line, `${path} has no line`)
    lines.delete(entry.name)
    const bytes = readFileSync(path)
    assert.deepEqual([bytes.length, sha256(bytes)], [line.size, line.sha256], path)
    const json = line[layout[workload].key] as Fields & { id: string }
    assert.ok(!state.items.has(json.id), `${json.id} is there twice, once as ${path}`)
    state.items.set(json.id, {
      place: workload === 'drive' ? [...place, String(json['name'])] : place,
      facts: factsOf(workload, json, bytes, basename(path)),
    })
  }
  assert.deepEqual([...lines.keys()], [], `lines of ${directory} without a file`)
}

function addFolder(state: State, workload: Workload, path: string, place: readonly string[]): string {
  const {
    name,
    permissions,
    createdAt: created,
    modifiedAt: modified,
  } = readJson(join(path, '_folder.json')) as {
    name: string
    createdAt?: string
    modifiedAt?: string
    permissions?: object[]
  }
  const shared = workload === 'drive' ? [{ created, modified, permissions: permissions?.length ?? 0 }] : []
  state.folders.add(JSON.stringify([...place, name, ...shared]))
  return name
}

function factsOf(workload: Workload, json: Fields, bytes: Buffer, name: string): Fields {
  if (workload === 'mail') {
    const { isRead, isDraft, importance, categories } = json
    const { flagStatus } = json['flag'] as { flagStatus: string }
    return { sha256: sha256(bytes), isRead, isDraft, importance, flagStatus, categories }
  }
  if (workload !== 'drive') return readOutlookFile(bytes, name)
  const permissions = (json['permissions'] as object[] | undefined)?.length ?? 0
  const { createdAt: created, modifiedAt: modified } = json
  return { created, modified, permissions, size: bytes.length, sha256: sha256(bytes) }
}
