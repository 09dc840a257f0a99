/**
 * Makes, finds and removes an application in an organization, as the signed-in administrator. Every call may be repeated after a
 * crash or a lost answer: applications are addressed by their unique name, and what is there already counts as made.
 * Source: Microsoft Graph v1.0, application, servicePrincipal and appRoleAssignment, November 2026.
 */
import { Value } from 'typebox/value'
import { isConflict, isMicrosoftError, localFailure } from '../failures/microsoft-error.ts'
import { type GraphClient, type GraphRequest, graphPath } from '../graph/graph-types.ts'
import { credentialCalls } from './credentials.ts'
import { existingApplicationCalls } from './existing-application.ts'
import {
  ApplicationAnswer,
  type DirectoryRoleAnswer,
  OrganizationAnswer,
  ResourceAnswer,
  ServicePrincipalAnswer,
} from './graph-shapes.ts'
import type {
  ApplicationOwner,
  Provisioning,
  ResourceServicePrincipal,
  RoleGrant,
} from './provisioning-types.ts'
import { applicationSelect, orNull, toApplication } from './read-application.ts'

/** An administrator looks at the screen meanwhile: long waits belong to the caller, who can show them. */
const retryBudgetMs = 60_000
const rolesPath = '/me/transitiveMemberOf/microsoft.graph.directoryRole'

export function createProvisioning(graph: GraphClient): Provisioning {
  const common = { retryBudgetMs, priority: 'high' } as const

  async function call<T>(request: GraphRequest): Promise<T> {
    return (await graph.request<T>({ ...common, ...request })).body
  }

  async function all<T>(request: GraphRequest): Promise<T[]> {
    const items: T[] = []
    for await (const page of graph.pages<T>({ ...common, ...request })) items.push(...page.value)
    return items
  }

  function readApplication(uniqueName: string, signal: AbortSignal | undefined) {
    return call<ApplicationAnswer>({
      path: applicationPath(uniqueName),
      query: { $select: applicationSelect },
      schema: ApplicationAnswer,
      signal,
    })
  }

  function readServicePrincipal(appId: string, signal: AbortSignal | undefined) {
    return call<ServicePrincipalAnswer>({
      path: servicePrincipalPath(appId),
      query: { $select: 'id,appId,accountEnabled' },
      schema: ServicePrincipalAnswer,
      signal,
    })
  }

  async function readResource(appId: string, signal: AbortSignal | undefined) {
    return toResource(
      await call<ResourceAnswer>({
        path: servicePrincipalPath(appId),
        query: { $select: 'id,appId,displayName,appRoles' },
        schema: ResourceAnswer,
        signal,
      }),
    )
  }

  async function makeServicePrincipal(appId: string, signal: AbortSignal | undefined) {
    try {
      return await call<ServicePrincipalAnswer>({
        method: 'POST',
        path: '/servicePrincipals',
        body: { appId },
        schema: ServicePrincipalAnswer,
        idempotent: true,
        signal,
      })
    } catch (error) {
      if (!isConflict(error) && !hasCode(error, 'Request_MultipleObjectsWithSameKeyValue')) throw error
      return await readServicePrincipal(appId, signal)
    }
  }

  return {
    ...credentialCalls(call),
    ...existingApplicationCalls(call),

    async organization(signal) {
      const body = await call<OrganizationAnswer>({
        path: '/organization',
        query: { $select: 'id,displayName,verifiedDomains' },
        schema: OrganizationAnswer,
        signal,
      })
      const [organization] = body.value
      if (!organization) throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'it names no organization' })
      const domains = organization.verifiedDomains ?? []
      return {
        tenantId: organization.id,
        displayName: organization.displayName ?? '',
        defaultDomain: domains.find((domain) => domain.isDefault)?.name ?? domains[0]?.name ?? '',
        initialDomain: domains.find((domain) => domain.isInitial)?.name ?? '',
        domains: domains.map((domain) => domain.name),
      }
    },

    async signedInRoles(signal) {
      const query = { $select: 'id,displayName,roleTemplateId' }
      let roles: DirectoryRoleAnswer[]
      try {
        roles = await all<DirectoryRoleAnswer>({ path: rolesPath, query, signal })
      } catch (error) {
        // Some directories take the cast only as an advanced query.
        if (!isMicrosoftError(error) || error.code !== 'MSG_BAD_REQUEST') throw error
        roles = await all<DirectoryRoleAnswer>({
          path: rolesPath,
          query: { ...query, $count: true },
          headers: { consistencylevel: 'eventual' },
          signal,
        })
      }
      return roles.flatMap(({ roleTemplateId, displayName }) =>
        roleTemplateId ? [{ templateId: roleTemplateId, displayName: displayName ?? '' }] : [],
      )
    },

    findResourceServicePrincipal: (appId, signal) => orNull(readResource(appId, signal)),

    async resourceServicePrincipal(appId, signal) {
      const found = await orNull(readResource(appId, signal))
      if (found) return found
      await makeServicePrincipal(appId, signal)
      return await readResource(appId, signal)
    },

    async findApplication(uniqueName, signal) {
      const application = await orNull(readApplication(uniqueName, signal))
      return application && toApplication(application)
    },

    async createApplication({ uniqueName, displayName, notes, redirectUris, requiredRoles }, signal) {
      const { status, body } = await graph.request<unknown>({
        ...common,
        method: 'PATCH',
        path: applicationPath(uniqueName),
        prefer: ['create-if-missing'],
        body: {
          displayName,
          signInAudience: 'AzureADMyOrg',
          notes,
          ...(redirectUris === undefined ? {} : { web: { redirectUris } }),
          requiredResourceAccess: requiredRoles.map(({ resourceAppId, roleIds }) => ({
            resourceAppId,
            resourceAccess: roleIds.map((id) => ({ id, type: 'Role' })),
          })),
        },
        signal,
      })
      // Made just now: the answer is the application. Reading it back could come too early.
      if (status === 201 && isApplication(body)) return toApplication(body)
      return toApplication(await readApplication(uniqueName, signal))
    },

    async applicationOwners(objectId, signal) {
      const owners = await all<Partial<ApplicationOwner>>({
        path: graphPath`/applications/${objectId}/owners`,
        query: { $select: 'id,displayName,userPrincipalName' },
        signal,
      })
      return owners.map(({ id = '', displayName, userPrincipalName }) => ({
        id,
        displayName: displayName ?? '',
        userPrincipalName: userPrincipalName ?? null,
      }))
    },

    async findServicePrincipal(appId, signal) {
      const found = await orNull(readServicePrincipal(appId, signal))
      return found && { id: found.id, appId: found.appId, accountEnabled: found.accountEnabled ?? true }
    },

    async createServicePrincipal(appId, signal) {
      const made = await makeServicePrincipal(appId, signal)
      return { id: made.id, appId: made.appId, accountEnabled: made.accountEnabled ?? true }
    },

    async grantRole({ servicePrincipalId, resourceId, appRoleId }, signal) {
      try {
        await call({
          method: 'POST',
          path: graphPath`/servicePrincipals/${resourceId}/appRoleAssignedTo`,
          body: { principalId: servicePrincipalId, resourceId, appRoleId },
          idempotent: true,
          signal,
        })
      } catch (error) {
        // The only sign of a duplicate is the text: code and status are those of any bad request.
        const duplicate = isMicrosoftError(error) && /already exists/i.test(error.microsoft.microsoftMessage)
        if (!duplicate) throw error
      }
    },

    async listGrants(servicePrincipalId, signal) {
      const grants = await all<RoleGrant>({
        path: graphPath`/servicePrincipals/${servicePrincipalId}/appRoleAssignments`,
        signal,
      })
      return grants.map(({ id, resourceId, appRoleId }) => ({ id, resourceId, appRoleId }))
    },

    async revokeGrant(servicePrincipalId, grantId, signal) {
      await orNull(
        call({
          method: 'DELETE',
          path: graphPath`/servicePrincipals/${servicePrincipalId}/appRoleAssignments/${grantId}`,
          as: 'none',
          signal,
        }),
      )
    },

    async deleteApplication(objectId, signal) {
      await orNull(call({ method: 'DELETE', path: graphPath`/applications/${objectId}`, as: 'none', signal }))
    },

    async purgeApplication(objectId, signal) {
      await call({
        method: 'DELETE',
        path: graphPath`/directory/deletedItems/${objectId}`,
        as: 'none',
        signal,
      })
    },
  }
}

function applicationPath(uniqueName: string): string {
  if (!/^[A-Za-z0-9_-]{1,120}$/.test(uniqueName)) throw new TypeError('not a usable unique name')
  return `/applications(uniqueName='${uniqueName}')`
}

function servicePrincipalPath(appId: string): string {
  if (!/^[0-9a-fA-F-]{36}$/.test(appId)) throw new TypeError('not an application id')
  return `/servicePrincipals(appId='${appId}')`
}

function toResource({ id, appId, displayName, appRoles }: ResourceAnswer): ResourceServicePrincipal {
  return {
    id,
    appId,
    displayName: displayName ?? '',
    appRoles: new Map(appRoles.map(({ id, value }) => [value || id, { id, value: value || id }] as const)),
  }
}

function hasCode(error: unknown, code: string): boolean {
  return isMicrosoftError(error) && error.microsoft.codes.includes(code)
}

function isApplication(body: unknown): body is ApplicationAnswer {
  return Value.Check(ApplicationAnswer, body)
}
