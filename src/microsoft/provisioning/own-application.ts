import { isAccessDenied, isNotFound } from '../failures/microsoft-error.ts'
import type { GraphClient } from '../graph/graph-types.ts'
import { ApplicationAnswer } from './graph-shapes.ts'
import type { ApplicationOwner, CredentialInfo, KeyCredentialInfo } from './provisioning-types.ts'

/** An application as it sees itself. */
export interface OwnApplication {
  /** Object id. */
  readonly id: string
  readonly passwords: readonly CredentialInfo[]
  readonly certificates: readonly KeyCredentialInfo[]
  readonly owners: readonly ApplicationOwner[]
}

const retryBudgetMs = 20_000

/**
 * Reads the registration of the application that asks. Null when it may not: a backup application has no such permission
 * unless somebody gave it one. (Microsoft Graph, "Get application" and "List owners", 2026)
 * @param applicationId client id
 */
export async function readOwnApplication(
  graph: GraphClient,
  applicationId: string,
  signal?: AbortSignal,
): Promise<OwnApplication | null> {
  if (!/^[0-9a-fA-F-]{36}$/.test(applicationId)) throw new TypeError('not an application id')
  const path = `/applications(appId='${applicationId}')`
  const common = { retryBudgetMs, priority: 'high', signal } as const
  try {
    const { body } = await graph.request<ApplicationAnswer>({
      ...common,
      path,
      query: { $select: 'id,appId,passwordCredentials,keyCredentials' },
      schema: ApplicationAnswer,
    })
    const owners: ApplicationOwner[] = []
    for await (const page of graph.pages<Partial<ApplicationOwner>>({
      ...common,
      path: `${path}/owners`,
      query: { $select: 'id,displayName,userPrincipalName' },
    })) {
      for (const { id = '', displayName, userPrincipalName } of page.value)
        owners.push({ id, displayName: displayName ?? '', userPrincipalName: userPrincipalName ?? null })
    }
    return {
      id: body.id,
      passwords: body.passwordCredentials.map(info),
      certificates: body.keyCredentials.map((key) => ({
        ...info(key),
        customKeyIdentifier: key.customKeyIdentifier ?? null,
      })),
      owners,
    }
  } catch (error) {
    if (isAccessDenied(error) || isNotFound(error)) return null
    throw error
  }
}

function info(one: {
  keyId?: string | null
  displayName?: string | null
  endDateTime?: string | null
}): CredentialInfo {
  return {
    keyId: one.keyId ?? '',
    displayName: one.displayName ?? '',
    endDateTime: one.endDateTime ?? '',
  }
}
