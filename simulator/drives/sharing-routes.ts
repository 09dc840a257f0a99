import { randomUUID } from 'node:crypto'
import { jsonBody, textOf } from '../graph/odata.ts'
import { isRecord } from '../mail/message-input.ts'
import { touchItem } from './drive.ts'
import { accessDenied, invalidRequest } from './failures.ts'
import type { House } from './house.ts'
import { permissionJson } from './present.ts'
import type { AddRoute } from './route.ts'

/** Sharing an item: with people and groups, and by links. */
export const addSharingRoutes = (add: AddRoute, house: House): void => {
  const one = '/drives/:drive/items/:item'

  /** Whom an application may invite: who is in the tenant, and guests it has already. New guests need a person. */
  const nameOf = (recipient: Readonly<Record<string, unknown>>): string => {
    const [email, objectId] = [textOf(recipient['email']), textOf(recipient['objectId'])]
    const user = house.tenant.users.find(
      ({ id, mail, userPrincipalName }) =>
        id === objectId ||
        [mail, userPrincipalName].some((name) => name?.toLowerCase() === email.toLowerCase()),
    )
    const name =
      user?.mail ?? user?.userPrincipalName ?? (email.endsWith('@partner.example') ? email : undefined)
    if (name === undefined) throw invalidRequest('New guests cannot be invited using app-only access.')
    return name
  }

  add('POST', `${one}/invite`, 'POST /drives/{id}/items/{id}/invite', 5, (asked) => {
    const body = jsonBody(asked.request)
    const roles = Array.isArray(body['roles']) ? body['roles'].map(String) : []
    const recipients = Array.isArray(body['recipients']) ? body['recipients'].filter(isRecord) : []
    if (roles.length === 0 || recipients.length === 0)
      throw invalidRequest('Roles and recipients are needed.')
    if (body['sendInvitation'] === true) house.invitationsSent += recipients.length
    const item = asked.item()
    const given = recipients.map((recipient) => {
      const email = nameOf(recipient)
      const present = item.permissions.find(({ grantedTo }) => grantedTo?.email === email)
      return { id: present?.id ?? randomUUID(), roles, grantedTo: { displayName: email, email } }
    })
    const ids = new Set(given.map(({ id }) => id))
    item.permissions = [...item.permissions.filter(({ id }) => !ids.has(id)), ...given]
    touchItem(asked.drive(), item, house.tenant.clock.now())
    return { value: given.map(permissionJson) }
  })
  add('POST', `${one}/createLink`, 'POST /drives/{id}/items/{id}/createLink', 5, (asked) => {
    const body = jsonBody(asked.request)
    const [type, scope] = [textOf(body['type']), textOf(body['scope']) || 'organization']
    if (type !== 'view' && type !== 'edit') throw invalidRequest('The type of the link must be view or edit.')
    if (scope === 'anonymous' && !house.behaviour.anonymousLinks) throw accessDenied()
    const item = asked.item()
    const present = item.permissions.find(({ link }) => link?.type === type && link.scope === scope)
    if (present) return permissionJson(present)
    const id = randomUUID()
    const link = { type, scope, webUrl: `${house.tenant.cloud.sharePointName}/:w:/s/${id}` }
    const made = { id, roles: [type === 'edit' ? 'write' : 'read'], link }
    item.permissions = [...item.permissions, made]
    touchItem(asked.drive(), item, house.tenant.clock.now())
    asked.reply.code(201)
    return permissionJson(made)
  })
}
