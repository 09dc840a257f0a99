import type { GraphClient } from '../../microsoft/index.ts'
import type { Repository } from '../../repository/index.ts'

/** What restoring needs of the rooms below it. */
export interface RestoreOrganizations {
  get(id: string): Promise<{ readonly name: string; readonly restoreRights: boolean }>
  graph(id: string): Promise<GraphClient>
}
export interface RestoreRepositories {
  open(organizationId: string): Promise<Repository>
}
