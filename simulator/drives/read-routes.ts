import { type Json, option } from '../graph/odata.ts'
import type { Site } from './archive.ts'
import { deltaPage } from './delta.ts'
import { type Drive, type DriveItem, usedBytes } from './drive.ts'
import { invalidRequest, itemNotFound, malwareDetected } from './failures.ts'
import type { House } from './house.ts'
import { downloadUrl, driveJson, itemJson, permissionJson } from './present.ts'
import { type AddRoute, type DriveRequest, listPage } from './route.ts'

const siteJson = ({ id, name, displayName, webUrl }: Site): Json => ({
  id,
  name,
  displayName,
  webUrl,
  siteCollection: { hostname: id.split(',')[0] },
  createdDateTime: '2021-03-01T08:00:00Z',
})

/** Newest first, the present one included. */
const versionsOf = (item: DriveItem): readonly (() => Json)[] => {
  const { file, faults } = item
  if (!file) throw invalidRequest('Only files have versions.')
  // As SharePoint lists some that it wrote into itself.
  const wrong = faults.has('wrong-size') ? 7 : 0
  const present = { number: file.version, content: file.content, modifiedAt: item.modifiedAt }
  return [present, ...file.older].map(({ number, content, modifiedAt }) => () => ({
    id: `${number}.0`,
    size: content.size + wrong,
    lastModifiedDateTime: new Date(modifiedAt).toISOString(),
    lastModifiedBy: { user: { displayName: 'A Colleague' } },
  }))
}

/** Reading drives, items, versions, permissions and sites. */
export const addReadRoutes = (add: AddRoute, house: House): void => {
  const graph = () => `${house.tenant.endpoints.graph}/v1.0`
  const shown = (drive: Drive): Json => driveJson(house, drive, usedBytes(drive))
  const redirect = ({ reply }: DriveRequest, url: string) => reply.code(302).header('location', url).send()

  add('GET', '/users/:user/drive', 'GET /users/{id}/drive', 1, ({ parameter }) =>
    shown(house.archive.ofUser(parameter('user'))),
  )
  add('GET', '/users/:user/drives', 'GET /users/{id}/drives', 2, ({ parameter }) => ({
    value: [shown(house.archive.ofUser(parameter('user')))],
  }))
  add('GET', '/sites/getAllSites', 'GET /sites/getAllSites', 2, (asked) =>
    listPage(
      asked,
      `${graph()}/sites/getAllSites`,
      house.archive.sites.map((site) => () => siteJson(site)),
    ),
  )
  add('GET', '/sites/:site', 'GET /sites/{id}', 1, ({ parameter }) =>
    siteJson(house.archive.site(parameter('site'))),
  )
  add('GET', '/sites/:site/drives', 'GET /sites/{id}/drives', 2, (asked) => {
    const site = house.archive.site(asked.parameter('site'))
    const libraries = house.archive.ofSite(site)
    return listPage(asked, `${graph()}/sites/${site.id}/drives`, libraries.map((drive) => () => shown(drive))) // biome-ignore format: one call
  })
  add('GET', '/drives/:drive', 'GET /drives/{id}', 1, ({ drive }) => shown(drive()))

  const deltaCost = (request: Parameters<typeof option>[0]) => (option(request, 'token') ? 1 : 2)
  add('GET', '/drives/:drive/items/root/delta', 'GET /drives/{id}/root/delta', deltaCost, (asked) => {
    const top = option(asked.request, '$top')
    return deltaPage(
      house,
      asked.drive(),
      {
        token: option(asked.request, 'token'),
        select: asked.select,
        top: top === undefined ? undefined : Number(top),
      },
      `${graph()}/drives/${asked.drive().id}/root/delta`,
    )
  })

  for (const place of ['/drives/:drive/items/:item', '/drives/:drive/items/:item/_path/:path']) {
    add('GET', place, 'GET /drives/{id}/items/{id}', 1, ({ drive, item, select }) =>
      itemJson(house, drive(), item(), select),
    )
    add('GET', `${place}/children`, 'GET /drives/{id}/items/{id}/children', 2, (asked) => {
      const [drive, item] = [asked.drive(), asked.item()]
      const children = [...item.children.values()].map(
        (child) => () => itemJson(house, drive, child, asked.select),
      )
      return listPage(asked, `${graph()}/drives/${drive.id}/items/${item.id}/children`, children)
    })
    add('GET', `${place}/content`, 'GET /drives/{id}/items/{id}/content', 1, (asked) => {
      const item = asked.item()
      if (!item.file) throw invalidRequest('The item is not a file.')
      if (item.faults.has('malware')) throw malwareDetected()
      return redirect(asked, downloadUrl(house, asked.drive(), item))
    })
    add('GET', `${place}/versions`, 'GET /drives/{id}/items/{id}/versions', 2, (asked) => {
      const [drive, item] = [asked.drive(), asked.item()]
      return listPage(asked, `${graph()}/drives/${drive.id}/items/${item.id}/versions`, versionsOf(item))
    })
    add(
      'GET',
      `${place}/versions/:version/content`,
      'GET /drives/{id}/items/{id}/versions/{id}/content',
      1,
      (asked) => {
        const item = asked.item()
        const number = Number.parseInt(asked.parameter('version'), 10)
        if (number === item.file?.version)
          throw invalidRequest('You cannot get the content of the current version.')
        if (!item.file?.older.some((version) => version.number === number)) throw itemNotFound()
        return redirect(asked, downloadUrl(house, asked.drive(), item, number))
      },
    )
    add('GET', `${place}/permissions`, 'GET /drives/{id}/items/{id}/permissions', 5, ({ item }) => ({
      value: item().permissions.map(permissionJson),
    }))
  }
}
