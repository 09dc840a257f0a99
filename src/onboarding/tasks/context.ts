import type { StartTask, TaskChange } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Cloud } from '../../microsoft/index.ts'
import type { MicrosoftSide, Organizations, readOrganization } from '../../organizations/index.ts'
import type { SecretBox } from '../../security/index.ts'
import type { Administrators } from '../administrators.ts'
import type { ApplicationContext } from '../application-context.ts'
import type { NeededRight } from '../approval.ts'
import type { SignInClients } from '../clients/sign-in-clients.ts'
import type { DeviceCodes } from '../device-codes.ts'
import type { Step } from '../run-steps.ts'
import type { SignIns } from '../sign-in.ts'
import type { TaskPatch, TaskStore } from './store.ts'
import type { TaskRow } from './view.ts'

export type OrganizationRow = Awaited<ReturnType<typeof readOrganization>>

/** What the parts of administrators' tasks share. */
export interface TaskParts {
  readonly db: Database
  readonly store: TaskStore
  readonly secrets: SecretBox
  readonly microsoft: MicrosoftSide
  readonly organizations: Organizations
  /** By task id. */
  readonly administrators: Administrators
  readonly signIns: SignIns
  readonly clients: SignInClients
  readonly deviceCodes: DeviceCodes
  readonly instanceName: string
  readonly consoleOrigin: () => string
  /** Aborted when the server stops. */
  readonly closing: AbortSignal
}

/** What planning, steps and taking back of one task share. `row` is replaced by every `save`. */
export interface TaskContext extends ApplicationContext {
  row: TaskRow
  readonly db: Database
  /** As it was when the context was made. */
  readonly organization: OrganizationRow
  /** Application id of the operator's own sign-in application in this cloud; null without one. */
  ownClientId(): Promise<string | null>
  /** What the steps found that stays in the tenant, one sentence each. */
  readonly left: string[]
  /** When the application was deleted by these steps, in milliseconds since the epoch. */
  deletedAt: number | undefined
  save(patch: TaskPatch): Promise<void>
}

/** One kind of task. Everything but `check` may be repeated at any time and ends in the same result. */
export interface TaskDefinition {
  readonly needs: readonly NeededRight[]
  /** As what the application signs in while the steps run: as before, with the new credential, or not at all. */
  readonly access: 'organization' | 'new' | 'none'
  /** Refuses what makes no sense for this organization. @throws AppError */
  check(
    organization: OrganizationRow,
    input: StartTask,
    surroundings: { readonly cloud: Cloud; readonly now: number },
  ): void
  /** What the tenant lacks or has too much of: exactly what 'Grant Access' will be about. */
  plan(context: TaskContext): Promise<TaskChange[]>
  steps(facts: Pick<TaskContext, 'row' | 'organization'>): Step<TaskContext>[]
  /** Takes back what a task that was confirmed but did not come to its end has changed; says what stays, one sentence each. */
  undo(context: TaskContext): Promise<string[]>
  /** What may stay when there is no token to look or to take it back with. */
  leftWithoutToken(context: Pick<TaskContext, 'row' | 'organization'>): string[]
}
