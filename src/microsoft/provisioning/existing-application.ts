import { isNotFound } from '../failures/microsoft-error.ts'
import { graphPath } from '../graph/graph-types.ts'
import type { GraphCall } from './graph-call.ts'
import { ApplicationAnswer } from './graph-shapes.ts'
import type { Provisioning } from './provisioning-types.ts'
import { applicationSelect, orNull, toApplication } from './read-application.ts'

type ExistingApplicationCalls = Pick<
  Provisioning,
  | 'findApplicationById'
  | 'findDeletedApplication'
  | 'restoreApplication'
  | 'enableServicePrincipal'
  | 'deleteServicePrincipal'
>

/**
 * An application that was made earlier, by whomever, and what became of it. (Microsoft Graph v1.0, application,
 * servicePrincipal and deletedItems, November 2026.)
 */
export function existingApplicationCalls(call: GraphCall): ExistingApplicationCalls {
  return {
    async findApplicationById(appId, signal) {
      if (!/^[0-9a-fA-F-]{36}$/.test(appId)) throw new TypeError('not an application id')
      const found = await orNull(
        call<ApplicationAnswer>({
          path: `/applications(appId='${appId}')`,
          query: { $select: applicationSelect },
          schema: ApplicationAnswer,
          signal,
        }),
      )
      return found && toApplication(found)
    },

    async findDeletedApplication(objectId, signal) {
      const found = await orNull(
        call<ApplicationAnswer>({
          path: graphPath`/directory/deletedItems/${objectId}`,
          schema: ApplicationAnswer,
          signal,
        }),
      )
      return found && toApplication(found)
    },

    async restoreApplication(objectId, signal) {
      try {
        await call({
          method: 'POST',
          path: graphPath`/directory/deletedItems/${objectId}/restore`,
          as: 'none',
          idempotent: true,
          signal,
        })
      } catch (error) {
        // Restored by a try of which the answer was lost; the caller looks for the application in any case.
        if (!isNotFound(error)) throw error
      }
    },

    async enableServicePrincipal(id, signal) {
      await call({
        method: 'PATCH',
        path: graphPath`/servicePrincipals/${id}`,
        body: { accountEnabled: true },
        as: 'none',
        signal,
      })
    },

    async deleteServicePrincipal(id, signal) {
      await orNull(call({ method: 'DELETE', path: graphPath`/servicePrincipals/${id}`, as: 'none', signal }))
    },
  }
}
