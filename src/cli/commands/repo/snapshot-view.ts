/** Snapshots as people and programs see them; the JSON has restic's names. */
import type { Snapshot } from '../../../repository/index.ts'

export function snapshotJson(snapshot: Snapshot): object {
  const { id, hostname, username, programVersion, tags, ...rest } = snapshot
  return {
    ...rest,
    hostname,
    ...(username === '' ? {} : { username }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(programVersion === undefined ? {} : { program_version: programVersion }),
    id,
    short_id: shortId(id),
  }
}

export function shortId(id: string): string {
  return id.slice(0, 8)
}

/** `2024-02-29 12:00:00` in this machine's time zone. */
export function localTime(text: string): string {
  const date = new Date(text)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}
