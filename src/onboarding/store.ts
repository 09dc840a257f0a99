/**
 * Where onboardings are kept. Every change names the states in which it may happen and is one statement, so that of two
 * which meet, one wins and the other is told; every change is announced.
 */
import type { Insertable, Updateable } from 'kysely'
import type { OnboardingState, PageQuery } from '../contract/index.ts'
import { type Database, type DatabaseSchema, newestFirst } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'
import { type OnboardingEvent, openStates, transitions } from './machine.ts'
import type { OnboardingRow } from './view.ts'

export type OnboardingPatch = Omit<
  Updateable<DatabaseSchema['onboardings']>,
  'id' | 'state' | 'created_at' | 'updated_at' | 'expires_at'
>

/** An onboarding that nobody moves for this long expires. */
export const lifetimeMs = 60 * 60 * 1000

export interface OnboardingStore {
  insert(
    values: Omit<Insertable<DatabaseSchema['onboardings']>, 'created_at' | 'updated_at' | 'expires_at'>,
  ): Promise<OnboardingRow>
  /** @throws ONB_NOT_FOUND */
  read(id: string): Promise<OnboardingRow>
  /** Open onboardings, newest first. */
  list(page: PageQuery): Promise<{ rows: OnboardingRow[]; nextCursor: string | null }>
  /** Open onboardings, all of them: for the start of the server. */
  open(): Promise<OnboardingRow[]>
  /** Open onboardings whose time is over. */
  overdue(): Promise<OnboardingRow[]>
  /** Ended onboardings of which the removal was interrupted. */
  uncleaned(): Promise<OnboardingRow[]>
  /** Moves the state. Undefined when the onboarding is in none of the event's states (any more). */
  move(id: string, event: OnboardingEvent, patch?: OnboardingPatch): Promise<OnboardingRow | undefined>
  /** Changes what belongs to the onboarding while it is in `state`. Undefined when it is not (any more). */
  amend(id: string, state: OnboardingState, patch: OnboardingPatch): Promise<OnboardingRow | undefined>
  /** @throws ONB_WRONG_STATE, ONB_NOT_FOUND */
  refuse(id: string): Promise<never>
  announce(row: OnboardingRow): OnboardingRow
}

export function createOnboardingStore(
  db: Database,
  clock: Clock,
  announce: (row: OnboardingRow) => void,
): OnboardingStore {
  const told = <T extends OnboardingRow | undefined>(row: T): T => {
    if (row) announce(row)
    return row
  }
  const times = () => {
    const now = clock.now()
    return { updated_at: new Date(now), expires_at: new Date(now + lifetimeMs) }
  }
  const read = async (id: string): Promise<OnboardingRow> => {
    const row = await db.selectFrom('onboardings').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw fail('ONB_NOT_FOUND')
    return row
  }
  return {
    insert: async (values) =>
      told(
        await db
          .insertInto('onboardings')
          .values({ ...values, ...times(), created_at: new Date(clock.now()) })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),
    read,
    list: (page) =>
      newestFirst(db.selectFrom('onboardings').selectAll().where('state', 'in', openStates), page),
    open: () => db.selectFrom('onboardings').selectAll().where('state', 'in', openStates).execute(),
    overdue: () =>
      db
        .selectFrom('onboardings')
        .selectAll()
        .where('state', 'in', transitions.expired.from)
        .where('expires_at', '<', new Date(clock.now()))
        .where((where) =>
          where.or([where('waits_until', 'is', null), where('waits_until', '<', new Date(clock.now()))]),
        )
        .limit(100)
        .execute(),
    uncleaned: () => db.selectFrom('onboardings').selectAll().where('cleanup', '=', 'pending').execute(),
    move: async (id, event, patch = {}) =>
      told(
        await db
          .updateTable('onboardings')
          .set({ ...patch, ...times(), state: transitions[event].to })
          .where('id', '=', id)
          .where('state', 'in', transitions[event].from)
          .returningAll()
          .executeTakeFirst(),
      ),
    amend: async (id, state, patch) =>
      told(
        await db
          .updateTable('onboardings')
          .set({ ...patch, ...times() })
          .where('id', '=', id)
          .where('state', '=', state)
          .returningAll()
          .executeTakeFirst(),
      ),
    refuse: async (id) => {
      throw fail('ONB_WRONG_STATE', { state: (await read(id)).state })
    },
    announce: told,
  }
}
