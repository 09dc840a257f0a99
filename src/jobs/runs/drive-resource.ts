/** One resource of a run, from where it stands to its end: backed up, skipped with its reason, or failed by itself. */
import type { RunGuard } from '../../catalog/index.ts'
import { isAppError } from '../../errors/index.ts'
import { isCredentialRefused } from '../../microsoft/index.ts'
import { noFileExtras, noMailboxExtras, toProblem } from '../../organizations/index.ts'
import type { Repository } from '../../repository/index.ts'
import { fail } from '../errors.ts'
import { itemExclusions } from '../protection/item-exclusions.ts'
import { coveredWorkload } from './covered-workloads.ts'
import { type DriveOptions, type DriveState, type RunTools, startOf } from './drive-state.ts'
import { isOutOfScope } from './mailbox-scope.ts'
import { type RunResource, saveRunResource } from './run-resources.ts'

/** A resource whose tree the repository holds needs no more work; a tree that was lost with a crash is written again. */
export function isSettled(resource: RunResource, repository: Repository): boolean {
  if (resource.state === 'succeeded')
    return resource.tree !== null && repository.hasBlob('tree', resource.tree)
  return resource.state === 'skipped' || resource.state === 'failed'
}

/** Errors that no other resource would be spared are thrown; those of the resource alone are recorded with it. */
export async function driveResource(
  options: DriveOptions,
  guard: RunGuard,
  state: DriveState,
  { access, repository, writer, signal }: RunTools,
  resource: RunResource,
  home: { head_root: string | null; head_sequence: number },
): Promise<void> {
  const { db, clock, logger } = options
  const { identity, progress } = resource
  const { backUp, absence, closed, rights } = coveredWorkload(identity.workload)
  resource.state = 'running'
  await saveRunResource(db, guard, resource)
  try {
    const { roles } = await access.tokens.token(signal)
    const result = await backUp({
      db,
      guard,
      graph: access.graph,
      repository,
      writer,
      clock,
      logger,
      signal,
      resource: identity,
      progress,
      headRoot: home.head_root,
      headSequence: home.head_sequence,
      time: startOf(state.row, clock),
      checkpoints: options.checkpoints,
      permissions: roles,
      exclusions: state.scope && itemExclusions(state.scope.exclusions),
      mailboxes: state.scope?.mailboxes ?? noMailboxExtras,
      files: state.scope?.files ?? noFileExtras,
    })
    resource.state = 'succeeded'
    resource.tree = result.tree
    resource.directory = result.directory
  } catch (error) {
    if (signal.aborted || concernsRun(error)) throw error
    const absent = resource.hasBackup ? undefined : absence(error)
    const notice = absent ?? closed?.(error)
    if (notice !== undefined) {
      resource.state = 'skipped'
      progress.notice = notice
    } else if (await isOutOfScope(access, rights, error, signal)) {
      const said = fail('JOB_MAILBOX_OUT_OF_SCOPE')
      resource.state = 'skipped'
      resource.error = toProblem(said)
      progress.notice = `${said.message}. ${said.remedy}`
    } else {
      logger.warn(
        {
          runId: guard.runId,
          workload: identity.workload,
          resource: identity.resourceId,
          code: isAppError(error) ? error.code : null,
          err: error,
        },
        'resource failed',
      )
      resource.state = 'failed'
      resource.error = toProblem(error)
    }
  }
  await saveRunResource(db, guard, resource)
}

/** Errors that no other resource would be spared: of the repository, the lease, the credential. */
function concernsRun(error: unknown): boolean {
  if (isCredentialRefused(error)) return true
  return isAppError(error) && /^(STO|CAT|DB|JOB|ORG|SEC)_/.test(error.code)
}
