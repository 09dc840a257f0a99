/**
 * Where administrators' tasks are kept. Every change names the states in which it may happen and is one statement, so that of
 * two which meet, one wins and the other is told; every change is announced.
 */
import type { Insertable, Updateable } from 'kysely'
import type { PageQuery, TaskState } from '../../contract/index.ts'
import { type Database, type DatabaseSchema, newestFirst } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail } from './errors.ts'
import { openStates, type TaskEvent, transitions } from './machine.ts'
import type { TaskRow } from './view.ts'

export type TaskPatch = Omit<
  Updateable<DatabaseSchema['administrator_tasks']>,
  'id' | 'state' | 'organization_id' | 'created_at' | 'updated_at' | 'expires_at'
>

/** A task that nobody moves for this long expires. */
const lifetimeMs = 60 * 60 * 1000

export interface TaskStore {
  insert(
    values: Omit<
      Insertable<DatabaseSchema['administrator_tasks']>,
      'created_at' | 'updated_at' | 'expires_at'
    >,
  ): Promise<TaskRow>
  /** @throws TSK_NOT_FOUND */
  read(id: string): Promise<TaskRow>
  /** Those of one organization, newest first. */
  list(organizationId: string, page: PageQuery): Promise<{ rows: TaskRow[]; nextCursor: string | null }>
  /** Open ones, all of them: for the start of the server. */
  open(): Promise<TaskRow[]>
  overdue(): Promise<TaskRow[]>
  /** Ended ones of which the taking back was interrupted. */
  uncleaned(): Promise<TaskRow[]>
  /** Moves the state. Undefined when the task is in none of the event's states (any more). */
  move(id: string, event: TaskEvent, patch?: TaskPatch): Promise<TaskRow | undefined>
  /** Changes what belongs to the task while it is in `state`. Undefined when it is not (any more). */
  amend(id: string, state: TaskState, patch: TaskPatch): Promise<TaskRow | undefined>
  /** @throws TSK_WRONG_STATE, TSK_NOT_FOUND */
  refuse(id: string): Promise<never>
  announce(row: TaskRow): TaskRow
}

export function createTaskStore(db: Database, clock: Clock, announce: (row: TaskRow) => void): TaskStore {
  const told = <T extends TaskRow | undefined>(row: T): T => {
    if (row) announce(row)
    return row
  }
  const times = () => {
    const now = clock.now()
    return { updated_at: new Date(now), expires_at: new Date(now + lifetimeMs) }
  }
  const tasks = () => db.selectFrom('administrator_tasks').selectAll()
  const read = async (id: string): Promise<TaskRow> => {
    const row = await tasks().where('id', '=', id).executeTakeFirst()
    if (!row) throw fail('TSK_NOT_FOUND')
    return row
  }
  return {
    insert: async (values) =>
      told(
        await db
          .insertInto('administrator_tasks')
          .values({ ...values, ...times(), created_at: new Date(clock.now()) })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
    read,
    list: (organizationId, page) => newestFirst(tasks().where('organization_id', '=', organizationId), page),
    open: () => tasks().where('state', 'in', openStates).execute(),
    overdue: () =>
      tasks()
        .where('state', 'in', transitions.expired.from)
        .where('expires_at', '<', new Date(clock.now()))
        .limit(100)
        .execute(),
    uncleaned: () => tasks().where('cleanup', '=', 'pending').execute(),
    move: async (id, event, patch = {}) =>
      told(
        await db
          .updateTable('administrator_tasks')
          .set({ ...patch, ...times(), state: transitions[event].to })
          .where('id', '=', id)
          .where('state', 'in', transitions[event].from)
          .returningAll()
          .executeTakeFirst(),
      ),
    amend: async (id, state, patch) =>
      told(
        await db
          .updateTable('administrator_tasks')
          .set({ ...patch, ...times() })
          .where('id', '=', id)
          .where('state', '=', state)
          .returningAll()
          .executeTakeFirst(),
      ),
    refuse: async (id) => {
      throw fail('TSK_WRONG_STATE', { state: (await read(id)).state })
    },
    announce: told,
  }
}
