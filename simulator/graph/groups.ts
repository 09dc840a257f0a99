/** Groups: list, one, members and members of members. */
import type { FastifyInstance } from 'fastify'
import { type Group, type Tenant, transitiveUsers } from '../tenant/index.ts'
import { notFound } from './errors.ts'
import { filter, type Json, key, page, select } from './odata.ts'
import { requirePermission } from './permissions.ts'
import { userJson } from './users.ts'

const standard = [
  'id',
  'createdDateTime',
  'description',
  'displayName',
  'groupTypes',
  'mail',
  'mailEnabled',
  'mailNickname',
  'resourceProvisioningOptions',
  'securityEnabled',
  'visibility',
]
/** What Graph returns of a user in a list of members without `$select`. */
const memberFields = ['id', 'displayName', 'mail', 'userPrincipalName', 'userType']

function groupJson(group: Group): Json {
  return {
    id: group.id,
    createdDateTime: group.createdDateTime,
    description: null,
    displayName: group.displayName,
    groupTypes: group.unified ? ['Unified'] : [],
    mail: group.mail,
    mailEnabled: group.unified,
    mailNickname: group.displayName.toLowerCase().replaceAll(' ', '.'),
    resourceProvisioningOptions: group.team ? ['Team'] : [],
    securityEnabled: !group.unified,
    visibility: group.unified ? 'Private' : null,
  }
}

export function registerGroups(app: FastifyInstance, tenant: Tenant): void {
  const find = (id: string): Group => {
    const group = tenant.groups.find((one) => one.id === id)
    if (group === undefined) throw notFound(id)
    return group
  }
  const objects = (ids: readonly string[]): Json[] =>
    ids.flatMap((id) => {
      const user = tenant.users.find((one) => one.id === id)
      if (user) return [{ '@odata.type': '#microsoft.graph.user', ...userJson(user) }]
      const group = tenant.groups.find((one) => one.id === id)
      return group ? [{ '@odata.type': '#microsoft.graph.group', ...groupJson(group) }] : []
    })

  app.get('/groups', async (request) => {
    requirePermission(request, 'GET /groups')
    const matches = tenant.groups.map(groupJson).filter(filter(request, ['id', 'displayName', 'mail']))
    return page(
      request,
      tenant,
      '/groups',
      matches.map((group) => select(request, group, standard)),
    )
  })
  app.get('/groups/:id', async (request) => {
    requirePermission(request, 'GET /groups/{id}')
    return {
      '@odata.context': `${tenant.endpoints.graph}/v1.0/$metadata#groups/$entity`,
      ...select(request, groupJson(find(key(request))), standard),
    }
  })
  for (const relation of ['members', 'transitiveMembers'] as const) {
    app.get(`/groups/:id/${relation}`, async (request) => {
      requirePermission(request, `GET /groups/{id}/${relation}`)
      const group = find(key(request))
      const ids =
        relation === 'members' ? group.members : transitiveUsers(tenant.groups, tenant.users, group.id)
      return page(
        request,
        tenant,
        `/groups/${group.id}/${relation}`,
        objects(ids).map((object) => ({
          '@odata.type': object['@odata.type'],
          ...select(request, object, memberFields),
        })),
      )
    })
  }
}
