/**
 * Who may work with the server. Nobody but the operator ever knows the password: whoever invites hands over a link, and the same
 * kind of link lets an operator choose a new one. There is always an active owner.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type {
  ChangeOperator,
  InviteOperator,
  OperatorDetail,
  OperatorQuery,
  OperatorView,
  Page,
} from '../contract/index.ts'
import type { Database } from '../database/index.ts'
import { type Clock, decodeCursor, pageFrom } from '../shared/index.ts'
import { fail } from './errors.ts'
import { endSignIns, forgetSecondFactors } from './factors/forget.ts'
import { operatorChangeLock } from './operator-change-lock.ts'
import { operatorView, userNameKey } from './operator-row.ts'
import type { Operators } from './operators.ts'
import { hashPassword } from './password.ts'
import { requireGoodPassword } from './password-rules.ts'
import { reachView, readReaches, writeReach } from './reach.ts'
import type { SignInThrottle } from './sign-in-throttle.ts'
import { hashOfToken } from './token-hash.ts'

export interface IssuedLink {
  readonly operator: OperatorDetail
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface OperatorDirectory {
  /** By user name. `search` looks in user name and shown name. */
  list(query: OperatorQuery): Promise<Page<OperatorDetail>>
  /** Throws SEC_OPERATOR_UNKNOWN. */
  get(id: string): Promise<OperatorDetail>
  /** A new operator with a link, by which a password is chosen. Throws SEC_USER_NAME_TAKEN and what `writeReach` throws. */
  invite(operator: InviteOperator): Promise<IssuedLink>
  /** A new link, which ends the one before; what is signed in stays so until it is used. Throws SEC_OPERATOR_UNKNOWN, SEC_OPERATOR_DISABLED. */
  issueLink(id: string): Promise<IssuedLink>
  /** Sets the password, ends all sessions of the operator and the link. Throws SEC_OPERATOR_LINK, SEC_PASSWORD_COMMON, SEC_PASSWORD_OBVIOUS. */
  acceptLink(token: string, password: string): Promise<OperatorView>
  /** Whose link it is, without using it. Throws SEC_OPERATOR_LINK. */
  invitedBy(token: string): Promise<string>
  /** Ends the link of an operator, and their sessions, as a password chosen by it would. Throws SEC_OPERATOR_LINK when there is none any more. */
  useLinkOf(id: string): Promise<void>
  /** `by` is who changes it. Throws SEC_OPERATOR_UNKNOWN, SEC_LAST_OWNER, SEC_OWN_ACCOUNT and what `writeReach` throws. */
  change(id: string, change: ChangeOperator, by: string): Promise<OperatorDetail>
  /** Throws SEC_OPERATOR_UNKNOWN, SEC_LAST_OWNER, SEC_OWN_ACCOUNT. */
  remove(id: string, by: string): Promise<void>
  /** For who has lost them: takes off all second factors and signs the operator out. Throws SEC_OPERATOR_UNKNOWN. */
  removeSecondFactors(id: string): Promise<void>
  /** The operator's own new password; ends all sessions but one. Throws SEC_PASSWORD_WRONG, SEC_PASSWORD_COMMON, SEC_PASSWORD_OBVIOUS, SEC_SIGN_IN_THROTTLED. */
  changePassword(id: string, password: string, newPassword: string, keepSession: string): Promise<void>
  /**
   * For whoever holds the server itself: a link for an operator who lost the password or is disabled, which enables them again and takes
   * off their second factors.
   * Throws SEC_OPERATOR_UNKNOWN.
   */
  issueLinkFor(userName: string): Promise<IssuedLink>
  sweep(): Promise<void>
}

/** Of an operator who is not disabled (any more). */
const stateOfEnabled = sql<'invited' | 'active'>`case when password_hash is null
  and not exists (select 1 from operator_identities where operator_id = operators.id) then 'invited' else 'active' end`
const linkLifetime = 72 * 3_600_000

export function createOperatorDirectory(parts: {
  db: Database
  clock: Clock
  throttle: SignInThrottle
  operators: Operators
}): OperatorDirectory {
  const { db, clock, throttle, operators } = parts

  const changing = <T>(work: (transaction: Database) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${operatorChangeLock})`.execute(transaction)
      return work(transaction)
    })

  async function issue(transaction: Database, id: string): Promise<IssuedLink> {
    const token = randomBytes(32).toString('base64url')
    const expiresAt = clock.now() + linkLifetime
    const link = { token_hash: hashOfToken(token), expires_at: new Date(expiresAt) }
    await transaction
      .insertInto('operator_links')
      .values({ operator_id: id, ...link })
      .onConflict((conflict) => conflict.column('operator_id').doUpdateSet(link))
      .execute()
    return { operator: await detailOf(transaction, id), token, expiresAt }
  }

  async function requireOtherOwner(transaction: Database, id: string): Promise<void> {
    const other = await transaction
      .selectFrom('operators')
      .select('id')
      .where('role', '=', 'owner')
      .where('state', '=', 'active')
      .where('id', '!=', id)
      // Who depends on a provider cannot sign in when it is down, or takes the role away.
      .where('password_hash', 'is not', null)
      .where('role_from_provider', '=', false)
      .limit(1)
      .executeTakeFirst()
    if (!other) throw fail('SEC_LAST_OWNER')
  }

  return {
    list: (query) => listOperators(db, query),
    get: (id) => detailOf(db, id),

    invite: ({ userName, displayName, role, reach = null }) =>
      changing(async (transaction) => {
        const row = await transaction
          .insertInto('operators')
          .values({
            id: randomUUID(),
            user_name: userName,
            user_name_key: userNameKey(userName),
            display_name: displayName?.trim() || userName,
            password_hash: null,
            role,
            state: 'invited',
            last_sign_in_at: null,
            created_at: new Date(clock.now()),
          })
          .onConflict((conflict) => conflict.column('user_name_key').doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!row) throw fail('SEC_USER_NAME_TAKEN', { userName })
        await writeReach(transaction, { id: row.id, role }, reach)
        return issue(transaction, row.id)
      }),

    issueLink: (id) =>
      changing(async (transaction) => {
        const { state } = await detailOf(transaction, id)
        if (state === 'disabled') throw fail('SEC_OPERATOR_DISABLED')
        return issue(transaction, id)
      }),

    acceptLink: async (token, password) => {
      const link = await linkOf(db, token, clock.now())
      if (!link) throw fail('SEC_OPERATOR_LINK')
      await requireGoodPassword(password, { userName: link.user_name })
      const passwordHash = await hashPassword(password)
      return changing(async (transaction) => {
        // Looked up again: another browser may have used it meanwhile.
        const used = await transaction
          .deleteFrom('operator_links')
          .where('token_hash', '=', hashOfToken(token))
          .returning('operator_id')
          .executeTakeFirst()
        if (!used) throw fail('SEC_OPERATOR_LINK')
        const row = await transaction
          .updateTable('operators')
          .set({ password_hash: passwordHash, state: 'active' })
          .where('id', '=', used.operator_id)
          .where('state', '!=', 'disabled')
          .returningAll()
          .executeTakeFirst()
        if (!row) throw fail('SEC_OPERATOR_LINK')
        await endSignIns(transaction, row.id)
        return operatorView(row)
      })
    },

    invitedBy: async (token) => {
      const link = await linkOf(db, token, clock.now())
      if (!link) throw fail('SEC_OPERATOR_LINK')
      return link.operator_id
    },

    useLinkOf: (id) =>
      changing(async (transaction) => {
        const used = await transaction
          .deleteFrom('operator_links')
          .where('operator_id', '=', id)
          .where('expires_at', '>', new Date(clock.now()))
          .returning('operator_id')
          .executeTakeFirst()
        if (!used) throw fail('SEC_OPERATOR_LINK')
        await endSignIns(transaction, id)
      }),

    change: (id, { displayName, role, reach, disabled }, by) =>
      changing(async (transaction) => {
        const before = await detailOf(transaction, id)
        const newRole = role ?? before.role
        const losesOwner = before.role === 'owner' && (newRole !== 'owner' || disabled === true)
        if (id === by && (disabled === true || newRole !== before.role)) throw fail('SEC_OWN_ACCOUNT')
        if (losesOwner) await requireOtherOwner(transaction, id)
        if (role !== undefined || reach !== undefined) {
          // A role that always reaches everything, or cannot be limited to mailboxes, must say what it reaches instead.
          await writeReach(transaction, { id, role: newRole }, reach === undefined ? before.reach : reach)
        }
        const row = await transaction
          .updateTable('operators')
          .set({
            ...(displayName === undefined ? {} : { display_name: displayName.trim() || before.userName }),
            role: newRole,
            ...(disabled === undefined ? {} : { state: disabled ? ('disabled' as const) : stateOfEnabled }),
          })
          .where('id', '=', id)
          .returning('state')
          .executeTakeFirstOrThrow()
        if (row.state === 'disabled') {
          await transaction.deleteFrom('operator_links').where('operator_id', '=', id).execute()
        }
        // Pages that are open show what was allowed before, and streams of events were begun by it.
        if (id !== by && (disabled !== undefined || role !== undefined || reach !== undefined)) {
          await endSignIns(transaction, id)
        }
        return detailOf(transaction, id)
      }),

    remove: (id, by) =>
      changing(async (transaction) => {
        const { role } = await detailOf(transaction, id)
        if (id === by) throw fail('SEC_OWN_ACCOUNT')
        if (role === 'owner') await requireOtherOwner(transaction, id)
        await transaction.deleteFrom('operators').where('id', '=', id).execute()
      }),

    removeSecondFactors: (id) =>
      changing(async (transaction) => {
        await detailOf(transaction, id)
        await forgetSecondFactors(transaction, id)
        await endSignIns(transaction, id)
      }),

    changePassword: async (id, password, newPassword, keepSession) => {
      if (!(await operators.verifyPassword(id, password))) throw fail('SEC_PASSWORD_WRONG')
      await requireGoodPassword(newPassword, await detailOf(db, id))
      const passwordHash = await hashPassword(newPassword)
      await db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('operators')
          .set({ password_hash: passwordHash })
          .where('id', '=', id)
          .execute()
        await endSignIns(transaction, id, keepSession)
      })
    },

    issueLinkFor: async (userName) => {
      const key = userNameKey(userName)
      const issued = await changing(async (transaction) => {
        const row = await transaction
          .updateTable('operators')
          .set({ state: stateOfEnabled })
          .where('user_name_key', '=', key)
          .returning('id')
          .executeTakeFirst()
        if (!row) throw fail('SEC_OPERATOR_UNKNOWN')
        await forgetSecondFactors(transaction, row.id)
        return issue(transaction, row.id)
      })
      await throttle.clear(key)
      return issued
    },

    sweep: async () => {
      await db.deleteFrom('operator_links').where('expires_at', '<=', new Date(clock.now())).execute()
    },
  }
}

async function listOperators(db: Database, query: OperatorQuery): Promise<Page<OperatorDetail>> {
  const { limit = 50, search = '', cursor } = query
  const words = search.trim().toLowerCase()
  const [after] = (cursor === undefined ? undefined : decodeCursor(cursor, ['text'])) ?? []
  let rows = operatorRows(db)
  if (words !== '') {
    rows = rows.where(sql<boolean>`strpos(lower(user_name || ' ' || display_name), ${words}) > 0`)
  }
  if (after !== undefined) rows = rows.where('user_name_key', '>', String(after))
  const found = await rows
    .orderBy('user_name_key')
    .limit(limit + 1)
    .execute()
  const page = pageFrom(
    found,
    limit,
    (row) => row,
    (row) => [row.user_name_key],
  )
  return { items: await details(db, page.items), nextCursor: page.nextCursor }
}

async function detailOf(db: Database, id: string): Promise<OperatorDetail> {
  const row = await operatorRows(db).where('operators.id', '=', id).executeTakeFirst()
  const [detail] = row ? await details(db, [row]) : []
  if (!detail) throw fail('SEC_OPERATOR_UNKNOWN')
  return detail
}

const operatorRows = (db: Database) =>
  db
    .selectFrom('operators')
    .leftJoin('operator_links', 'operator_links.operator_id', 'operators.id')
    .selectAll('operators')
    .leftJoin('authenticators', 'authenticators.operator_id', 'operators.id')
    .select('operator_links.expires_at as link_expires_at')
    .select('authenticators.enrolled_at as authenticator_enrolled_at')
    .select((e) =>
      e
        .selectFrom('passkeys')
        .select((inner) => inner.fn.countAll<string>().as('number'))
        .whereRef('passkeys.operator_id', '=', 'operators.id')
        .as('passkeys'),
    )

async function details(
  db: Database,
  rows: Awaited<ReturnType<ReturnType<typeof operatorRows>['execute']>>,
): Promise<OperatorDetail[]> {
  const limited = rows.filter((row) => !row.reaches_everything).map((row) => row.id)
  const reaches = await readReaches(db, limited)
  return rows.map((row) => ({
    ...operatorView(row),
    state: row.state,
    reach: row.reaches_everything ? null : (reachView(reaches.get(row.id) ?? new Map()) ?? []),
    createdAt: row.created_at.toISOString(),
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
    secondFactors: {
      authenticator: row.authenticator_enrolled_at !== null,
      passkeys: Number(row.passkeys ?? 0),
    },
    linkExpiresAt: row.link_expires_at?.toISOString() ?? null,
  }))
}

async function linkOf(
  db: Database,
  token: string,
  now: number,
): Promise<{ operator_id: string; user_name: string } | undefined> {
  return db
    .selectFrom('operator_links')
    .innerJoin('operators', 'operators.id', 'operator_links.operator_id')
    .select(['operator_id', 'user_name'])
    .where('token_hash', '=', hashOfToken(token))
    .where('expires_at', '>', new Date(now))
    .executeTakeFirst()
}
