import { randomUUID } from 'node:crypto'
import { jsonBody, textOf } from '../graph/odata.ts'
import { isRecord } from '../mail/message-input.ts'
import { joinedContent } from './content.ts'
import {
  addItem,
  ancestorsOf,
  childNamed,
  type DriveItem,
  freshKey,
  moveItem,
  removeItem,
  replaceContent,
  touchItem,
} from './drive.ts'
import { checkName, invalidRequest, itemNotFound, nameExists } from './failures.ts'
import type { House } from './house.ts'
import { freeName } from './populate.ts'
import { itemJson } from './present.ts'
import { type AddRoute, type DriveRequest, isConflict } from './route.ts'
import { addSharingRoutes } from './sharing-routes.ts'
import { readFileSystemInfo, storeFile } from './store-file.ts'

/** What is left of a path when its last name is what is to be made: `a/b/new.txt` in the folder `a/b`. */
function target(asked: DriveRequest): { readonly folder: DriveItem; readonly name: string } {
  const names = decodeURIComponent(asked.parameter('path'))
    .split('/')
    .filter((name) => name !== '')
  const name = names.pop()
  if (name === undefined) throw invalidRequest('The path names nothing.')
  const drive = asked.drive()
  const id = asked.parameter('item')
  let folder = id === 'root' ? drive.root : drive.items.get(id)
  for (const part of names) folder = folder && childNamed(folder, part)
  if (!folder) throw itemNotFound()
  return { folder, name }
}

/** Changing drives: small uploads, sessions, folders, moves, deletions, permissions and versions. */
export const addWriteRoutes = (add: AddRoute, house: House): void => {
  const now = () => house.tenant.clock.now()
  const bytesOf = ({ request }: DriveRequest): Buffer =>
    Buffer.isBuffer(request.body)
      ? request.body
      : Buffer.from(typeof request.body === 'string' ? request.body : '')
  const named = '/drives/:drive/items/:item/_path/:path'
  const one = '/drives/:drive/items/:item'

  add('PUT', `${named}/content`, 'PUT /drives/{id}/items/{id}/content', 2, (asked) => {
    const { folder, name } = target(asked)
    const content = joinedContent([bytesOf(asked)])
    const stored = storeFile(house, asked.drive(), folder, {
      name,
      content,
      conflict: asked.conflict('replace'),
    })
    asked.reply.code(stored.isNew ? 201 : 200)
    return itemJson(house, asked.drive(), stored.item)
  })
  add('PUT', `${one}/content`, 'PUT /drives/{id}/items/{id}/content', 2, (asked) => {
    replaceContent(asked.drive(), asked.item(), joinedContent([bytesOf(asked)]), now())
    return itemJson(house, asked.drive(), asked.item())
  })
  add(
    'POST',
    `${named}/createUploadSession`,
    'POST /drives/{id}/items/{id}/createUploadSession',
    2,
    (asked) => {
      const { folder, name } = target(asked)
      checkName(name)
      const body = isRecord(asked.request.body) ? asked.request.body : {}
      const item = isRecord(body['item']) ? body['item'] : {}
      const conflict = item['@microsoft.graph.conflictBehavior'] ?? 'fail'
      if (!isConflict(conflict)) throw invalidRequest('Invalid value for conflictBehavior.')
      const expires = now() + 15 * 60_000
      const key = randomUUID()
      const fileSystemInfo = item['fileSystemInfo']
      house.uploads.set(key, { drive: asked.drive(), parent: folder, name, conflict, fileSystemInfo, total: undefined, parts: [], received: 0, expires }) // biome-ignore format: a record
      return {
        '@odata.context': `${house.tenant.endpoints.graph}/v1.0/$metadata#microsoft.graph.uploadSession`,
        uploadUrl: `${house.contentOrigin()}/upload/${key}`,
        expirationDateTime: new Date(expires).toISOString(),
        nextExpectedRanges: ['0-'],
      }
    },
  )
  for (const place of [one, named]) {
    add('POST', `${place}/children`, 'POST /drives/{id}/items/{id}/children', 2, (asked) => {
      const body = jsonBody(asked.request)
      const parent = asked.item()
      const asName = textOf(body['name'])
      checkName(asName)
      if (!isRecord(body['folder'])) throw invalidRequest('Only folders are made this way.')
      const conflict = body['@microsoft.graph.conflictBehavior'] ?? 'fail'
      const present = childNamed(parent, asName)
      if (present && conflict === 'fail') throw nameExists()
      if (present && conflict === 'replace') return itemJson(house, asked.drive(), present)
      const drive = asked.drive()
      const made = addItem(drive, freshKey(drive), parent, {
        name: freeName(parent, asName),
        createdAt: now(),
      })
      made.fileSystem = readFileSystemInfo(body['fileSystemInfo'], made.fileSystem)
      asked.reply.code(201)
      return itemJson(house, drive, made)
    })
  }
  add('PATCH', one, 'PATCH /drives/{id}/items/{id}', 2, (asked) => {
    const [drive, item, body] = [asked.drive(), asked.item(), jsonBody(asked.request)]
    const name = body['name'] === undefined ? item.name : textOf(body['name'])
    checkName(name)
    const reference = isRecord(body['parentReference']) ? textOf(body['parentReference']['id']) : undefined
    const parent = reference === undefined ? item.parent : drive.items.get(reference)
    if (!parent) throw itemNotFound()
    if (parent === item || ancestorsOf(parent).includes(item))
      throw invalidRequest('A folder cannot lie in itself.')
    const taken = childNamed(parent, name)
    if (taken && taken !== item) throw nameExists()
    if (name !== item.name || parent !== item.parent) moveItem(drive, item, parent, name, now())
    else touchItem(drive, item, now())
    item.fileSystem = readFileSystemInfo(body['fileSystemInfo'], item.fileSystem)
    return itemJson(house, drive, item)
  })
  add('DELETE', one, 'DELETE /drives/{id}/items/{id}', 2, (asked) => {
    const item = asked.item()
    if (!item.parent) throw invalidRequest('The root cannot be deleted.')
    removeItem(asked.drive(), item)
    return asked.reply.code(204).send()
  })
  addSharingRoutes(add, house)
  add(
    'POST',
    `${one}/versions/:version/restoreVersion`,
    'POST /drives/{id}/items/{id}/versions/{id}/restoreVersion',
    2,
    (asked) => {
      const item = asked.item()
      const number = Number.parseInt(asked.parameter('version'), 10)
      const version = item.file?.older.find((other) => other.number === number)
      if (!version) throw itemNotFound()
      replaceContent(asked.drive(), item, version.content, now())
      return asked.reply.code(204).send()
    },
  )
}
