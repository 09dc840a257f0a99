import { GraphError } from '../graph/errors.ts'
import { badBody } from '../mail/failures.ts'
import { changeKey } from '../mail/identifiers.ts'
import type { AddRoute, MailRequest } from '../mail/route.ts'
import {
  bodyOf,
  chosen,
  collectionIn,
  dateTime,
  expandedProperties,
  itemIn,
  listPage,
  type Outlook,
  propertyFilter,
  readProperties,
  trackCollections,
  trackItems,
} from './shared.ts'
import {
  addCollection,
  addItem,
  type Collection,
  collectionsOf,
  type Fields,
  type Item,
  removeCollection,
  removeItem,
  touchCollection,
  touchItem,
} from './store.ts'

/**
 * Contacts, their photos and their folders. The folder that Outlook made stands in no list of folders and in no round over them: it is
 * reached by its name (Microsoft Graph, "List contactFolders" gives those of the default folder).
 */

export const contactDefaults: Fields = {
  assistantName: null, birthday: null, businessAddress: {}, businessHomePage: null, businessPhones: [], categories: [], children: [],
  companyName: null, department: null, displayName: '', emailAddresses: [], fileAs: '', generation: null, givenName: null, homeAddress: {},
  homePhones: [], imAddresses: [], initials: null, jobTitle: null, manager: null, middleName: null, mobilePhone: null, nickName: null,
  officeLocation: null, otherAddress: {}, personalNotes: '', profession: null, spouseName: null, surname: null, title: null,
  yomiCompanyName: null, yomiGivenName: null, yomiSurname: null,
} // biome-ignore format: a record of defaults

const folderJson = (one: Collection): Fields => ({
  id: one.id,
  parentFolderId: one.parent?.id ?? one.id,
  displayName: one.name,
})

const idOf = (mail: MailRequest, item: { readonly id: string; readonly ordinaryId: string }): string =>
  mail.preferences.immutableIds ? item.id : item.ordinaryId

const present = (mail: MailRequest, item: Item, select = mail.query.select): Fields => {
  const json = {
    '@odata.etag': `W/"${changeKey(item.id, item.changedAt)}"`,
    id: idOf(mail, item),
    parentFolderId: item.collection.id,
    createdDateTime: dateTime(item.createdAt),
    lastModifiedDateTime: dateTime(item.modifiedAt),
    changeKey: changeKey(item.id, item.changedAt),
    ...contactDefaults,
    ...item.fields,
  }
  return { ...chosen(json, select, 'contact'), ...expandedProperties(item, mail) }
}

export const readContact = (body: Fields): Fields => {
  const extended = ['singleValueExtendedProperties', '@odata.type', 'parentFolderId']
  for (const name of Object.keys(body))
    if (!(name in contactDefaults) && !extended.includes(name))
      throw badBody(
        `The property '${name}' does not exist on type 'microsoft.graph.contact' or cannot be set.`,
      )
  if (((body['emailAddresses'] ?? []) as unknown[]).length > 3)
    throw new GraphError(400, 'ErrorInvalidArgument', 'A contact has at most three e-mail addresses.')
  return Object.fromEntries(Object.entries(body).filter(([name]) => name in contactDefaults))
}

export const addContactRoutes = (add: AddRoute, outlook: Outlook): void => {
  const now = () => Math.floor(outlook.house.tenant.clock.now() / 1000) * 1000
  const store = (mail: MailRequest) => outlook.storeOf(mail.mailbox)
  const read = 'GET /users/{id}/contacts'
  const write = 'POST /users/{id}/contacts'
  const folderOf = (mail: MailRequest): Collection =>
    collectionIn(store(mail), 'contactFolders', mail.parameter('folder') || 'contacts')
  const below = (mail: MailRequest, parent: Collection): readonly Collection[] =>
    collectionsOf(store(mail), 'contactFolders').filter((one) => one.parent === parent)
  const contactOf = (mail: MailRequest): Item =>
    itemIn(
      store(mail),
      'contactFolders',
      mail,
      mail.parameter('contact'),
      mail.parameter('folder') === '' ? undefined : folderOf(mail),
    )

  add('GET', '/contactFolders', read, (mail) =>
    listPage(
      mail,
      '/contactFolders',
      below(mail, folderOf(mail)).map((one) => () => folderJson(one)),
    ),
  )
  add('GET', '/contactFolders/delta', read, (mail) =>
    trackCollections(
      outlook,
      mail,
      'contactFolders',
      '/contactFolders/delta',
      (one) => one.wellKnown === undefined,
      folderJson,
      'contactFolder',
    ),
  )
  const create = (mail: MailRequest, parent: Collection): Fields => {
    const { displayName } = bodyOf(mail)
    if (typeof displayName !== 'string' || displayName === '')
      throw badBody("The property 'displayName' is required.")
    if (below(mail, parent).some((one) => one.name.toLowerCase() === displayName.toLowerCase()))
      throw new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')
    mail.reply.code(201)
    return folderJson(addCollection(store(mail), 'contactFolders', displayName, { parent }))
  }
  add('POST', '/contactFolders', write, (mail) => create(mail, folderOf(mail)))
  add('GET', '/contactFolders/:folder', read, (mail) => folderJson(folderOf(mail)))
  add('GET', '/contactFolders/:folder/childFolders', read, (mail) =>
    listPage(
      mail,
      `/contactFolders/${mail.parameter('folder')}/childFolders`,
      below(mail, folderOf(mail)).map((one) => () => folderJson(one)),
    ),
  )
  add('POST', '/contactFolders/:folder/childFolders', write, (mail) => create(mail, folderOf(mail)))
  add('PATCH', '/contactFolders/:folder', write, (mail) => {
    const folder = folderOf(mail)
    const { displayName } = bodyOf(mail)
    if (typeof displayName === 'string') folder.name = displayName
    touchCollection(store(mail), folder)
    return folderJson(folder)
  })
  add('DELETE', '/contactFolders/:folder', write, (mail) => {
    const folder = folderOf(mail)
    if (folder.wellKnown !== undefined)
      throw new GraphError(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.')
    removeCollection(store(mail), folder)
    return mail.reply.code(204).send()
  })

  for (const path of ['/contacts', '/contactFolders/:folder/contacts']) {
    const address = (mail: MailRequest) => path.replace(':folder', mail.parameter('folder'))
    add('GET', path, read, (mail) =>
      listPage(
        mail,
        address(mail),
        [...folderOf(mail).items.values()]
          .filter(propertyFilter(mail))
          .map((item) => () => present(mail, item)),
      ),
    )
    add('GET', `${path}/delta`, read, (mail) =>
      trackItems(
        outlook,
        mail,
        folderOf(mail),
        `${address(mail)}/delta`,
        (item) => idOf(mail, item),
        (item, view) => present(mail, item, view.select),
      ),
    )
    add('POST', path, write, (mail) => {
      const body = bodyOf(mail)
      const item = addItem(store(mail), folderOf(mail), readContact(body), now())
      readProperties(body, item)
      mail.reply.code(201)
      return present(mail, item)
    })
    add('GET', `${path}/:contact`, read, (mail) => present(mail, contactOf(mail)))
    add('PATCH', `${path}/:contact`, write, (mail) => {
      const item = contactOf(mail)
      item.fields = { ...item.fields, ...readContact(bodyOf(mail)) }
      readProperties(bodyOf(mail), item)
      touchItem(store(mail), item, now())
      return present(mail, item)
    })
    add('DELETE', `${path}/:contact`, write, (mail) => {
      removeItem(store(mail), contactOf(mail))
      return mail.reply.code(204).send()
    })
    const photoOf = (mail: MailRequest) => {
      const { photo } = contactOf(mail)
      if (!photo)
        throw new GraphError(404, 'ImageNotFound', 'Exception of type ImageNotFoundException was thrown.')
      return photo
    }
    add('GET', `${path}/:contact/photo`, read, (mail) => ({
      '@odata.mediaContentType': photoOf(mail).contentType,
      id: '240X240',
      width: 240,
      height: 240,
    }))
    add('GET', `${path}/:contact/photo/$value`, read, (mail) => {
      const { bytes, contentType } = photoOf(mail)
      return mail.reply.type(contentType).send(bytes)
    })
    for (const method of ['PUT', 'PATCH'] as const)
      add(method, `${path}/:contact/photo/$value`, write, (mail) => {
        const item = contactOf(mail)
        const { body } = mail.request
        if (!Buffer.isBuffer(body) || body.length === 0) throw badBody('A picture is needed.')
        item.photo = { contentType: mail.request.headers['content-type'] ?? 'image/jpeg', bytes: body }
        touchItem(store(mail), item, now())
        return mail.reply.code(200).send()
      })
  }
}
