/** snapshots/: one JSON object each, fields in Go's order. Unknown fields are ignored, and lost when restic rewrites one. */
import { fail } from '../errors.ts'
import type { Snapshot, SnapshotSummary } from '../repository.ts'
import { isId } from './blob-id.ts'
import { isTime } from './go-time.ts'
import { isRecord, isTooDeep, jsonValue } from './json.ts'

/** Fields in Go's order. */
export const snapshotFields =
  'time parent tree paths hostname username uid gid excludes tags original program_version summary'.split(' ')

export function encodeSnapshot(snapshot: Omit<Snapshot, 'id'>): Buffer {
  const fields = {
    time: snapshot.time,
    ...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
    tree: snapshot.tree,
    paths: snapshot.paths,
    ...(snapshot.hostname === '' ? {} : { hostname: snapshot.hostname }),
    ...(snapshot.username === '' ? {} : { username: snapshot.username }),
    ...(snapshot.uid ? { uid: snapshot.uid } : {}),
    ...(snapshot.gid ? { gid: snapshot.gid } : {}),
    ...(snapshot.excludes?.length ? { excludes: snapshot.excludes } : {}),
    ...(snapshot.tags.length === 0 ? {} : { tags: snapshot.tags }),
    ...(snapshot.original === undefined ? {} : { original: snapshot.original }),
    ...(snapshot.programVersion === undefined ? {} : { program_version: snapshot.programVersion }),
    ...(snapshot.summary === undefined ? {} : { summary: snapshot.summary }),
  }
  return Buffer.from(jsonValue(fields))
}

/** Errors: `STO_SNAPSHOT_INVALID`. */
export function decodeSnapshot(bytes: Buffer, id: string): Snapshot {
  const refuse = (reason: string, cause?: unknown) => fail('STO_SNAPSHOT_INVALID', { id, reason }, cause)
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw refuse('it is no JSON', cause)
  }
  if (!isRecord(value)) throw refuse('it is no JSON object')
  const { time, tree, parent, original } = value
  if (!isTime(time)) throw refuse('its time cannot be read')
  if (!isId(tree)) throw refuse('it has no tree')
  const programVersion = value['program_version']
  const summary = value['summary']
  if (isTooDeep(summary)) throw refuse('its summary is nested too deeply')
  const { uid, gid } = value
  const excludes = texts(value['excludes'])
  return {
    id,
    time,
    tree,
    paths: texts(value['paths']),
    hostname: text(value['hostname']),
    username: text(value['username']),
    ...(isUserId(uid) ? { uid } : {}),
    ...(isUserId(gid) ? { gid } : {}),
    ...(excludes.length > 0 ? { excludes } : {}),
    tags: texts(value['tags']),
    ...(isId(parent) ? { parent } : {}),
    ...(isId(original) ? { original } : {}),
    ...(typeof programVersion === 'string' ? { programVersion: programVersion.toWellFormed() } : {}),
    ...(isRecord(summary) ? { summary: summary as SnapshotSummary } : {}),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : ''
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item) => typeof item === 'string').map((item) => item.toWellFormed())
    : []
}

function isUserId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 32
}
