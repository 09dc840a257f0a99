/** The file of an event, contact or task taken apart whole: what opening it in pieces is held against. */
import { type ReadLine, readContentLine } from '../../src/workloads/outlook/content-lines.ts'
import type { Json } from '../../src/workloads/outlook/graph-json.ts'
import {
  attachmentParameter,
  attachmentsOf,
  graphJsonLine,
  readJson,
} from '../../src/workloads/outlook/stored-item.ts'

/** The lines of a file that `contentLine` and `binaryLine` wrote, unfolded. Values stay escaped. */
export function readContentLines(text: string): ReadLine[] {
  return text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .flatMap((line) => readContentLine(line) ?? [])
}

/** @throws WRK_STORED_ITEM_UNREADABLE for what is none of our files */
export function readStoredItem(file: Buffer): {
  readonly json: Json
  readonly attachments: readonly { readonly id: string; readonly json: Json; readonly bytes: Buffer }[]
} {
  const lines = readContentLines(file.toString('utf8'))
  const json = readJson(lines.find(({ name }) => name === graphJsonLine)?.value)
  const described = new Map(attachmentsOf(json).map((one) => [String(one['id']), one]))
  const attachments = lines.flatMap(({ name, parameters, value }) => {
    const id = parameters[attachmentParameter]
    const about = id === undefined ? undefined : described.get(id)
    return name === 'ATTACH' && id !== undefined && about
      ? [{ id, json: about, bytes: Buffer.from(value, 'base64') }]
      : []
  })
  return { json, attachments }
}
