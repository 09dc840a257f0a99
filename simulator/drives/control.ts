import { GraphError } from '../graph/errors.ts'
import { isRecord } from '../mail/message-input.ts'
import {
  bytesContent,
  type FileContent,
  generatedContent,
  quickXorHashOf,
  sha256Of,
  sparseContent,
} from './content.ts'
import {
  addItem,
  childNamed,
  copyItem,
  type Drive,
  type DriveItem,
  freshKey,
  type ItemFault,
  moveItem,
  pathOf,
  removeItem,
  replaceContent,
  touchItem,
} from './drive.ts'
import { changeSome, fillDrive } from './fill.ts'
import type { House } from './house.ts'
import { folderAt, mimeTypeOf } from './populate.ts'

/**
 * The hidden hand of the tests for drives: changes them as people would, switches trouble on, and tells the truth. Each verb takes a JSON
 * object with `drive` (id) or `user`; an item is named by `id` or by `path`, a list of names from the root down.
 *
 * Change: add (path, and one of text, base64, size, sparse), change (the same), rename (name), move (to), delete, folder (path), share (link or email),
 * date (modified), fill (files, bytes), changeSome (count), copies (count of one file: listed by change tracking, and not held), addSite (name).
 * Trouble: corrupt (kind malware, no-hash, wrong-hash, wrong-size (of versions),
 * listed-larger, listed-smaller and listed-empty, incomplete, none; or several kinds), expireDelta (resync), lock (site, kind), quota,
 * keepVersions (count, from the next change on), limit (unitsPerMinute),
 * hold (seconds), behaviour. Truth: drives, sites, list, versions (older ones of a file, newest first), statistics, resetStatistics.
 */
export type DriveControl = Record<string, (body: unknown) => unknown>

type Body = Readonly<Record<string, unknown>>

const refuse = (message: string): GraphError => new GraphError(400, 'BadControl', message)

const textIn = (body: Body, name: string): string => {
  const value = body[name]
  if (typeof value !== 'string') throw refuse(`"${name}" must be a text`)
  return value
}

const numberIn = (body: Body, name: string): number => {
  const value = body[name]
  if (typeof value !== 'number') throw refuse(`"${name}" must be a number`)
  return value
}

const namesIn = (body: Body, name: string): readonly string[] => {
  const value = body[name]
  if (!Array.isArray(value)) throw refuse(`"${name}" must be a list of names`)
  return value.map(String)
}

const itemIn = (drive: Drive, body: Body): DriveItem => {
  if (typeof body['id'] === 'string') {
    const item = drive.items.get(body['id'])
    if (!item) throw refuse(`no item ${body['id']}`)
    return item
  }
  let at: DriveItem = drive.root
  for (const name of namesIn(body, 'path')) {
    const child = childNamed(at, name)
    if (!child) throw refuse(`no item ${name}`)
    at = child
  }
  return at
}

const contentIn = (drive: Drive, body: Body): FileContent => {
  const bytes =
    typeof body['text'] === 'string'
      ? Buffer.from(body['text'])
      : typeof body['base64'] === 'string'
        ? Buffer.from(body['base64'], 'base64')
        : undefined
  if (bytes) return bytesContent(bytes.length, () => bytes)
  const label = `${drive.id}/${drive.sequence}`
  if (body['sparse'] !== undefined) return sparseContent(label, numberIn(body, 'sparse'))
  return generatedContent(label, numberIn(body, 'size'), 'noise')
}

const faults: readonly ItemFault[] = [
  'malware', 'no-hash', 'wrong-hash', 'wrong-size', 'listed-larger', 'listed-smaller', 'listed-empty', 'incomplete',
] // biome-ignore format: a list

const describe = (item: DriveItem) => ({
  id: item.id,
  path: pathOf(item),
  kind: item.file ? 'file' : (item.package ?? 'folder'),
  created: new Date(item.fileSystem.createdAt).toISOString(),
  modified: new Date(item.fileSystem.modifiedAt).toISOString(),
  permissions: item.permissions.length,
  /** Without ids and addresses, which new ones differ in. */
  sharing: item.permissions.map(
    ({ grantedTo, link, roles }) => `${roles.join()} ${grantedTo?.email ?? `${link?.type} ${link?.scope}`}`,
  ),
  faults: [...item.faults],
  ...(item.file && {
    size: item.file.content.size,
    sha256: sha256Of(item.file.content),
    quickXorHash: quickXorHashOf(item.file.content),
    versions: 1 + item.file.older.length,
    ...(item.file.corpusName !== undefined && { corpus: item.file.corpusName }),
  }),
})

export const createDriveControl = (house: House): DriveControl => {
  const { archive, behaviour, throttle } = house
  const now = () => house.tenant.clock.now()
  const driveIn = (body: Body): Drive =>
    typeof body['drive'] === 'string' ? archive.drive(body['drive']) : archive.ofUser(textIn(body, 'user'))
  /** Does something with an item and gives its id. */
  const withItem = (act: (drive: Drive, item: DriveItem, body: Body) => void) => (body: Body) => {
    const drive = driveIn(body)
    const item = itemIn(drive, body)
    act(drive, item, body)
    return { id: item.id }
  }

  const verbs: Record<string, (body: Body) => unknown> = {
    add: (body) => {
      const drive = driveIn(body)
      const path = [...namesIn(body, 'path')]
      const name = path.pop() ?? ''
      const folder = folderAt(drive, path, now())
      if (childNamed(folder, name)) throw refuse(`${name} is there already`)
      const content = contentIn(drive, body)
      const file = { content, mimeType: mimeTypeOf(name), version: 1, older: [] }
      return { id: addItem(drive, freshKey(drive), folder, { name, createdAt: now(), file }).id }
    },
    folder: (body) => {
      const drive = driveIn(body)
      return { id: folderAt(drive, namesIn(body, 'path'), now()).id }
    },
    fill: (body) => {
      const drive = driveIn(body)
      fillDrive(drive, numberIn(body, 'files'), numberIn(body, 'bytes'), now())
      return { items: drive.items.size }
    },
    changeSome: (body) => ({ changed: changeSome(driveIn(body), numberIn(body, 'count'), now()) }),
    copies: withItem((drive, item, body) => copyItem(drive, item, numberIn(body, 'count'))),
    change: withItem((drive, item, body) => replaceContent(drive, item, contentIn(drive, body), now())),
    rename: withItem((drive, item, body) =>
      moveItem(drive, item, item.parent ?? drive.root, textIn(body, 'name'), now()),
    ),
    move: withItem((drive, item, body) =>
      moveItem(drive, item, itemIn(drive, { path: body['to'] }), item.name, now()),
    ),
    delete: withItem((drive, item) => removeItem(drive, item)),
    share: withItem((drive, item, body) => {
      const { link, role = 'read', email = 'colleague@partner.example' } = body
      const how = isRecord(link)
        ? {
            link: {
              type: textIn(link, 'type'),
              scope: textIn(link, 'scope'),
              webUrl: 'https://links.example',
            },
          }
        : { grantedTo: { displayName: String(email), email: String(email) } }
      item.permissions = [...item.permissions, { id: freshKey(drive), roles: [String(role)], ...how }]
      touchItem(drive, item, now())
    }),
    date: withItem((_drive, item, body) => {
      item.fileSystem = { ...item.fileSystem, modifiedAt: Date.parse(textIn(body, 'modified')) }
    }),
    corrupt: withItem((_drive, item, body) => {
      const kinds = Array.isArray(body['kinds']) ? body['kinds'] : [body['kind']]
      const known = faults.filter((one) => kinds.includes(one))
      if (known.length === 0 && body['kind'] !== 'none')
        throw refuse(`"kind" must be ${faults.join(', ')} or none`)
      item.faults = new Set(known)
    }),
    expireDelta: (body) => {
      const drives =
        body['drive'] === undefined && body['user'] === undefined ? archive.all() : [driveIn(body)]
      for (const drive of drives) drive.generation += 1
      return { drives: drives.length }
    },
    lock: (body) => {
      const kind = (['resourceLocked', 'notAllowed'] as const).find((one) => one === body['kind'])
      const site = archive.site(textIn(body, 'site'))
      site.lock = kind
      for (const drive of archive.ofSite(site)) drive.lock = kind
      return {}
    },
    quota: (body) => {
      driveIn(body).quota = numberIn(body, 'bytes')
      return {}
    },
    keepVersions: (body) => {
      driveIn(body).keptVersions = numberIn(body, 'count')
      return {}
    },
    limit: (body) => {
      throttle.setLimit(numberIn(body, 'unitsPerMinute'))
      return {}
    },
    hold: (body) => {
      throttle.hold(numberIn(body, 'seconds'))
      return {}
    },
    behaviour: (body) => {
      const known = behaviour as unknown as Record<string, unknown>
      for (const [name, value] of Object.entries(body)) {
        if (typeof known[name] !== typeof value) throw refuse(`No behaviour "${name}" of that kind`)
        known[name] = value
      }
      return behaviour
    },
    drives: () => ({
      drives: archive.all().map((drive) => ({
        id: drive.id,
        kind: drive.kind,
        name: drive.name,
        ...drive.owner,
        items: drive.items.size,
      })),
    }),
    sites: () => ({ sites: archive.sites }),
    addSite: (body) => archive.addSite(textIn(body, 'name')),
    list: (body) => ({
      items: [...driveIn(body).items.values()].filter(({ parent }) => parent !== undefined).map(describe),
    }),
    versions: (body) => {
      const drive = driveIn(body)
      return {
        versions: (itemIn(drive, body).file?.older ?? []).map(({ number, content, modifiedAt }) => ({
          id: `${number}.0`,
          size: content.size,
          sha256: sha256Of(content),
          modified: new Date(modifiedAt).toISOString(),
        })),
      }
    },
    statistics: () => ({ ...throttle.statistics(), invitationsSent: house.invitationsSent }),
    resetStatistics: () => {
      throttle.reset()
      return {}
    },
  }
  return Object.fromEntries(
    Object.entries(verbs).map(([name, verb]) => [name, (body: unknown) => verb(isRecord(body) ? body : {})]),
  )
}
