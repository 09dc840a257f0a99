import { createHash, createHmac } from 'node:crypto'
import type { Json } from '../graph/odata.ts'
import { quickXorHashOf } from './content.ts'
import { type Drive, type DriveItem, pathOf } from './drive.ts'
import type { House } from './house.ts'

/** Drives, items and sites as Graph's JSON. */

const iso = (at: number): string => new Date(at).toISOString()

export const sealOf = (house: House, text: string): string =>
  createHmac('sha256', house.secret).update(text).digest('base64url').slice(0, 22)

/** An address that needs no token: it carries what it gives and until when. */
export const downloadUrl = (house: House, drive: Drive, item: DriveItem, version?: number): string => {
  const expires = house.tenant.clock.now() + house.behaviour.downloadSeconds * 1000
  const text = Buffer.from(
    JSON.stringify([drive.id, item.id, version ?? null, expires, house.asking]),
  ).toString('base64url')
  return `${house.contentOrigin()}/download/${text}?tempauth=${sealOf(house, text)}`
}

const encodedPath = (drive: Drive, folder: DriveItem): string =>
  `/drives/${drive.id}/root:${pathOf(folder)
    .map((name) => `/${encodeURIComponent(name)}`)
    .join('')}`

const parentJson = (drive: Drive, item: DriveItem): Json => ({
  driveType: drive.kind,
  driveId: drive.id,
  ...(item.parent && { id: item.parent.id, name: item.parent.name, path: encodedPath(drive, item.parent) }),
  ...('siteId' in drive.owner && { siteId: drive.owner.siteId }),
})

const wrongHash = createHash('sha1').update('another content').digest('base64')

const fileJson = (house: House, drive: Drive, item: DriveItem): Json => {
  const { file, faults } = item
  if (!file) return { folder: { childCount: item.children.size } }
  const hash = faults.has('wrong-hash') ? wrongHash : quickXorHashOf(file.content)
  return {
    file: { mimeType: file.mimeType, ...(faults.has('no-hash') ? {} : { hashes: { quickXorHash: hash } }) },
    ...(faults.has('malware')
      ? { malware: { description: 'Virus:DOS/EICAR_Test_File' } }
      : { '@microsoft.graph.downloadUrl': downloadUrl(house, drive, item) }),
  }
}

/** Bytes that are told: at times not those that are given (OneDrive/onedrive-api-docs, issue 1723). */
const listedSize = ({ file, faults }: DriveItem): number => {
  const size = file?.content.size ?? 0
  if (faults.has('listed-empty')) return 0
  return (
    size + (faults.has('listed-larger') ? 4321 : faults.has('listed-smaller') ? -Math.min(size, 1234) : 0)
  )
}

/** The item as it is now. `names`: what `$select` asks for. */
export const itemJson = (house: House, drive: Drive, item: DriveItem, names?: readonly string[]): Json => {
  const wants = (name: string) => names === undefined || names.includes(name)
  const { fileSystem } = item
  const size = listedSize(item)
  const whole: Json = {
    ...(wants('file') || wants('@microsoft.graph.downloadUrl') || wants('folder') || wants('malware')
      ? fileJson(house, drive, item)
      : {}),
    id: item.id,
    name: item.name,
    size,
    eTag: `"{${item.id}},${item.changedAt}"`,
    cTag: `"c:{${item.id}},${item.contentChangedAt}"`,
    createdDateTime: iso(item.createdAt),
    lastModifiedDateTime: iso(item.modifiedAt),
    webUrl: `${house.tenant.cloud.sharePointName}/${encodeURIComponent(item.id)}`,
    fileSystemInfo: {
      createdDateTime: iso(fileSystem.createdAt),
      lastModifiedDateTime: iso(fileSystem.modifiedAt),
    },
    parentReference: parentJson(drive, item),
    ...(item.parent === undefined ? { root: {} } : {}),
    ...(item.package === undefined ? {} : { package: { type: item.package } }),
    ...(item.permissions.length > 0 ? { shared: { scope: 'users' } } : {}),
  }
  // As a damaged item is told of: without its name and without the folder that it is in.
  if (item.faults.has('incomplete')) for (const name of ['name', 'parentReference']) delete whole[name]
  if (names === undefined) return whole
  // The id and the address of the content come whatever is selected.
  const kept = ['id', '@microsoft.graph.downloadUrl', 'deleted', ...names]
  return Object.fromEntries(Object.entries(whole).filter(([name]) => kept.includes(name)))
}

export const driveJson = (house: House, drive: Drive, used: number): Json => {
  const { owner } = drive
  const user = 'userId' in owner ? house.tenant.users.find(({ id }) => id === owner.userId) : undefined
  return {
    id: drive.id,
    driveType: drive.kind,
    name: drive.name,
    createdDateTime: iso(drive.createdAt),
    webUrl: `${house.tenant.cloud.sharePointName}/${drive.id}`,
    owner: user
      ? { user: { id: user.id, displayName: user.displayName, email: user.mail } }
      : { group: { displayName: drive.name } },
    quota: {
      total: drive.quota,
      used,
      remaining: Math.max(0, drive.quota - used),
      state: used < drive.quota ? 'normal' : 'exceeded',
    },
  }
}

export const permissionJson = ({ id, roles, link, grantedTo }: DriveItem['permissions'][number]): Json => ({
  id,
  roles,
  ...(link && { link }),
  ...(grantedTo && { grantedToV2: { user: grantedTo } }),
})
