import { type GraphClient, graphPath, isAccessDenied, isNotFound } from '../../microsoft/index.ts'

/** Resource units of any call for permissions ("Avoid getting throttled or blocked in SharePoint Online", 2026). */
export const permissionUnits = 5

interface GraphPermission {
  readonly inheritedFrom?: object
}

/**
 * Who an item is shared with and by which links, as Graph says it; what it has from the folders above is left out. Null where nobody may
 * see it.
 */
export async function readPermissions(
  graph: GraphClient,
  driveId: string,
  itemId: string,
  signal: AbortSignal,
): Promise<readonly object[] | null> {
  try {
    const permissions: GraphPermission[] = []
    const pages = graph.pages<GraphPermission>({
      path: graphPath`/drives/${driveId}/items/${itemId}/permissions`,
      service: 'files',
      weight: permissionUnits,
      signal,
    })
    for await (const page of pages) permissions.push(...page.value)
    return permissions.filter(({ inheritedFrom }) => inheritedFrom === undefined)
  } catch (error) {
    if (isAccessDenied(error) || isNotFound(error)) return null
    throw error
  }
}
