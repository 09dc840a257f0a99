import { GraphError } from '../graph/errors.ts'
import { deltaPage, type Entry, readDeltaState } from './delta.ts'
import { badBody } from './failures.ts'
import { folderOf, type House, refuseRecoverable } from './house.ts'
import {
  addFolder,
  childrenOf,
  type Folder,
  freshKey,
  isWithin,
  type Mailbox,
  next,
  removeFolder,
  wellKnownFolder,
} from './mailbox.ts'
import { checkFolderSelect, presentFolder } from './present-folder.ts'
import type { AddRoute, MailRequest } from './route.ts'

/** Mail folders: list, change tracking, create, rename, move, delete. */

const listFolders = (mail: MailRequest, parent: Folder, path: string): unknown => {
  const { mailbox, query, preferences } = mail
  checkFolderSelect(query.select)
  const name = /^displayName eq '((?:[^']|'')*)'$/.exec(query.filter ?? '')?.[1]?.replaceAll("''", "'")
  if (query.filter !== undefined && name === undefined)
    throw new GraphError(
      400,
      'ErrorInvalidUrlQueryFilter',
      'The query filter contains one or more invalid nodes.',
    )
  const all = childrenOf(mailbox, parent).filter(
    (folder) =>
      (query.includeHiddenFolders || !folder.hidden) && (name === undefined || folder.name === name),
  )
  const size = query.top ?? preferences.maximumPageSize ?? 10
  const page = all.slice(query.skip, query.skip + size)
  const rest = new URLSearchParams(mail.request.query as Record<string, string>)
  rest.set('$skip', String(query.skip + size))
  return {
    '@odata.context': mail.context('mailFolders'),
    ...(query.count ? { '@odata.count': all.length } : {}),
    ...(query.skip + size < all.length
      ? { '@odata.nextLink': `${mail.address}${path}?${rest.toString()}` }
      : {}),
    value: page.map((folder) => presentFolder(mailbox, folder, query.select)),
  }
}

const nameIn = (mail: MailRequest): string => {
  const { body } = mail.request
  const name =
    typeof body === 'object' && body !== null && 'displayName' in body ? body.displayName : undefined
  if (typeof name !== 'string' || name === '') throw badBody("The property 'displayName' is required.")
  if (name.length > 255) throw new GraphError(400, 'ErrorInvalidProperty', 'The folder name is too long.')
  return name
}

/** Exchange compares names of siblings without case. */
const checkFree = (mailbox: Mailbox, parent: Folder, name: string, except?: Folder): void => {
  if (
    childrenOf(mailbox, parent).some(
      (child) => child !== except && child.name.toLowerCase() === name.toLowerCase(),
    )
  )
    throw new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.')
}

const createIn = (mail: MailRequest, parent: Folder): unknown => {
  const { mailbox } = mail
  const name = nameIn(mail)
  refuseRecoverable(mailbox, parent)
  checkFree(mailbox, parent, name)
  const isHidden = (mail.request.body as { isHidden?: unknown }).isHidden === true
  const folder = addFolder(mailbox, freshKey(mailbox), name, parent, { hidden: isHidden })
  mail.reply.code(201)
  return presentFolder(mailbox, folder)
}

const checkMovable = (folder: Folder): void => {
  if (folder.wellKnownName !== undefined)
    throw new GraphError(
      403,
      'ErrorDeleteDistinguishedFolder',
      'Distinguished folders cannot be changed or deleted.',
    )
}

const moveInto = (mail: MailRequest, target: Folder): unknown => {
  const { mailbox } = mail
  const folder = mail.folder()
  checkMovable(folder)
  if (isWithin(target, folder))
    throw new GraphError(409, 'ErrorMoveCopyFailed', 'The move or copy operation failed.')
  checkFree(mailbox, target, folder.name, folder)
  folder.parent = target
  folder.changedAt = next(mailbox)
  return presentFolder(mailbox, folder)
}

const remove = (mail: MailRequest, forGood: boolean): void => {
  const { mailbox } = mail
  const folder = mail.folder()
  checkMovable(folder)
  const bin = wellKnownFolder(mailbox, 'deleteditems')
  if (forGood || bin === undefined || isWithin(folder, bin)) removeFolder(mailbox, folder)
  else {
    folder.parent = bin
    folder.changedAt = next(mailbox)
  }
  mail.reply.code(204).send()
}

const trackFolders = async (house: House, mail: MailRequest): Promise<unknown> => {
  const { mailbox, query, preferences } = mail
  const state = readDeltaState(mailbox, `folders ${mailbox.userId}`, query, house.behaviour)
  checkFolderSelect(state.select)
  const present = [...mailbox.folders.values()].filter(
    (folder) => folder !== mailbox.root && isWithin(folder, mailbox.root) && (state.hidden || !folder.hidden),
  )
  const entries: Entry[] = [
    ...present.map((folder) => ({
      sequence: folder.changedAt,
      show: () => presentFolder(mailbox, folder, state.select),
    })),
    ...mailbox.folderTombstones
      .filter((tombstone) => tombstone.sequence > state.removedSince)
      .map(({ id, sequence }) => ({ sequence, show: () => ({ id, '@removed': { reason: 'deleted' } }) })),
  ]
  const address = `${mail.address}/mailFolders/delta`
  const page = await deltaPage(mailbox, state, entries, address, preferences.maximumPageSize, house.behaviour)
  return { '@odata.context': mail.context('mailFolders/$delta'), ...page.link, value: page.value }
}

export const addFolderRoutes = (add: AddRoute, house: House): void => {
  const one = '/mailFolders/:folder'
  add('GET', '/mailFolders', 'GET /users/{id}/mailFolders', (mail) =>
    listFolders(mail, mail.mailbox.root, '/mailFolders'),
  )
  add('POST', '/mailFolders', 'POST /users/{id}/mailFolders', (mail) => createIn(mail, mail.mailbox.root))
  add('GET', '/mailFolders/delta', 'GET /users/{id}/mailFolders/delta', (mail) => trackFolders(house, mail))
  add('GET', one, 'GET /users/{id}/mailFolders/{id}', (mail) => {
    checkFolderSelect(mail.query.select)
    return presentFolder(mail.mailbox, mail.folder(), mail.query.select)
  })
  add('GET', `${one}/childFolders`, 'GET /users/{id}/mailFolders/{id}/childFolders', (mail) =>
    listFolders(mail, mail.folder(), `/mailFolders/${mail.parameter('folder')}/childFolders`),
  )
  add('POST', `${one}/childFolders`, 'POST /users/{id}/mailFolders/{id}/childFolders', (mail) =>
    createIn(mail, mail.folder()),
  )
  add('PATCH', one, 'PATCH /users/{id}/mailFolders/{id}', (mail) => {
    const folder = mail.folder()
    const name = nameIn(mail)
    checkMovable(folder)
    checkFree(mail.mailbox, folder.parent ?? mail.mailbox.root, name, folder)
    folder.name = name
    folder.changedAt = next(mail.mailbox)
    return presentFolder(mail.mailbox, folder)
  })
  add('POST', `${one}/move`, 'PATCH /users/{id}/mailFolders/{id}', (mail) => {
    const target = (mail.request.body as { destinationId?: unknown } | undefined)?.destinationId
    if (typeof target !== 'string') throw badBody("The property 'destinationId' is required.")
    mail.reply.code(201)
    return moveInto(mail, folderOf(mail.mailbox, target))
  })
  add('DELETE', one, 'DELETE /users/{id}/mailFolders/{id}', (mail) => remove(mail, false))
  add('POST', `${one}/permanentDelete`, 'DELETE /users/{id}/mailFolders/{id}', (mail) => remove(mail, true))
}
