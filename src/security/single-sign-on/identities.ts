/** Which operator an identity of the provider is, and what role the provider gives. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { OperatorView, OwnIdentity, Role, RoleMapping } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { operatorChangeLock } from '../operator-change-lock.ts'
import { operatorView, userNameKey } from '../operator-row.ts'
import { reachView, readReaches, writeReach } from '../reach.ts'
import { fail } from './errors.ts'
import { clockDifference, type Identity } from './provider.ts'
import type { Provider } from './provider-settings.ts'

export interface SignedInElsewhere {
  readonly operator: OperatorView
  /** What of it is worth an entry in the audit trail: that it is new here, or what its role was before. */
  readonly changed: { readonly created: true } | { readonly before: Role; readonly after: Role } | null
}

export interface Identities {
  /**
   * The operator who is linked; where the settings say so, a new one. Who was let in by a mapping gets its role anew at each sign-in.
   * Throws SSO_UNKNOWN, SSO_NO_ROLE, SSO_DISABLED, SSO_NAME_TAKEN.
   */
  signIn(provider: Provider, identity: Identity): Promise<SignedInElsewhere>
  /** Replaces the one before. `activate` for who was invited. Throws SSO_LINKED_ELSEWHERE, SSO_DISABLED. */
  link(operatorId: string, identity: Identity, activate: boolean): Promise<OperatorView>
  /**
   * A session of the operator counts as proved from now on. `since`: the sign-in at the provider must be from then or later, in milliseconds since the
   * epoch. Throws SSO_OTHER_ACCOUNT, SSO_NOT_FRESH, SSO_STATE where the session has ended.
   */
  prove(operatorId: string, sessionId: string, identity: Identity, since: number): Promise<OperatorView>
  /** Throws SSO_ONLY_WAY. */
  unlink(operatorId: string): Promise<void>
  of(operatorId: string): Promise<OwnIdentity['identity']>
}

export function createIdentities({ db, clock }: { db: Database; clock: Clock }): Identities {
  const changing = <T>(work: (transaction: Database) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${operatorChangeLock})`.execute(transaction)
      return work(transaction)
    })
  const operatorOf = (transaction: Database, { issuer, subject }: Identity) =>
    transaction
      .selectFrom('operator_identities')
      .innerJoin('operators', 'operators.id', 'operator_identities.operator_id')
      .selectAll('operators')
      .where('operator_identities.issuer', '=', issuer)
      .where('operator_identities.subject', '=', subject)
      .executeTakeFirst()
  const insert = (transaction: Database, operatorId: string, { issuer, subject, userName }: Identity) => {
    const now = new Date(clock.now())
    const values = { issuer, subject, label: userName, linked_at: now, last_used_at: now }
    return transaction
      .insertInto('operator_identities')
      .values({ operator_id: operatorId, ...values })
      .onConflict((conflict) => conflict.column('operator_id').doUpdateSet(values))
      .execute()
  }

  async function create(
    transaction: Database,
    identity: Identity,
    { role, organizationIds }: RoleMapping,
  ): Promise<OperatorView> {
    const row = await transaction
      .insertInto('operators')
      .values({
        id: randomUUID(),
        user_name: identity.userName,
        user_name_key: userNameKey(identity.userName),
        display_name: identity.displayName,
        password_hash: null,
        role,
        state: 'active',
        role_from_provider: true,
        last_sign_in_at: null,
        created_at: new Date(clock.now()),
      })
      // A name proves nothing: who has it here may be somebody else.
      .onConflict((conflict) => conflict.column('user_name_key').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!row) throw fail('SSO_NAME_TAKEN')
    await writeReach(transaction, row, reachOf(await existing(transaction, organizationIds)))
    await insert(transaction, row.id, identity)
    return operatorView(row)
  }

  return {
    signIn: async (provider, identity) => {
      const fitting = provider.mappings.find(({ value }) => identity.groups.includes(value))
      const outcome = await changing(async (transaction) => {
        const row = await operatorOf(transaction, identity)
        if (!row) {
          if (provider.unknownOperators === 'refuse') throw fail('SSO_UNKNOWN')
          if (!fitting) throw fail('SSO_NO_ROLE')
          return {
            operator: await create(transaction, identity, fitting),
            changed: { created: true } as const,
          }
        }
        if (row.state === 'disabled') throw fail('SSO_DISABLED')
        await transaction
          .updateTable('operator_identities')
          .set({ last_used_at: new Date(clock.now()) })
          .where('operator_id', '=', row.id)
          .execute()
        if (!row.role_from_provider) return { operator: operatorView(row), changed: null }
        const endSessions = () =>
          transaction.deleteFrom('sessions').where('operator_id', '=', row.id).execute()
        if (!fitting) {
          // The change stays though the sign-in is refused: what is open somewhere ends.
          await endSessions()
          return null
        }
        const { role } = fitting
        const known = (await readReaches(transaction, [row.id])).get(row.id) ?? new Map()
        const before = row.reaches_everything ? null : (reachView(known) ?? [])
        const after = reachOf(await existing(transaction, fitting.organizationIds))
        if (row.role === role && isDeepStrictEqual(before, after)) {
          return { operator: operatorView(row), changed: null }
        }
        await transaction.updateTable('operators').set({ role }).where('id', '=', row.id).execute()
        await writeReach(transaction, { id: row.id, role }, after)
        await endSessions()
        return { operator: operatorView({ ...row, role }), changed: { before: row.role, after: role } }
      })
      if (!outcome) throw fail('SSO_NO_ROLE')
      return outcome
    },

    link: (operatorId, identity, activate) =>
      changing(async (transaction) => {
        const other = await operatorOf(transaction, identity)
        if (other && other.id !== operatorId) throw fail('SSO_LINKED_ELSEWHERE')
        const row = await transaction
          .selectFrom('operators')
          .selectAll()
          .where('id', '=', operatorId)
          .where('state', 'in', activate ? ['invited', 'active'] : ['active'])
          .executeTakeFirst()
        if (!row) throw fail('SSO_DISABLED')
        await insert(transaction, operatorId, identity)
        if (activate) {
          await transaction
            .updateTable('operators')
            .set({ state: 'active' })
            .where('id', '=', operatorId)
            .execute()
        }
        return operatorView(row)
      }),

    prove: (operatorId, sessionId, identity, since) =>
      changing(async (transaction) => {
        const row = await operatorOf(transaction, identity)
        if (row?.id !== operatorId) throw fail('SSO_OTHER_ACCOUNT')
        const { authenticatedAt } = identity
        if (authenticatedAt === null || authenticatedAt < since - clockDifference * 1000)
          throw fail('SSO_NOT_FRESH')
        const proved = await transaction
          .updateTable('sessions')
          .set({ proved_at: new Date(clock.now()) })
          .where('id', '=', sessionId)
          .where('operator_id', '=', operatorId)
          .returning('id')
          .executeTakeFirst()
        if (!proved || row.state !== 'active') throw fail('SSO_STATE')
        return operatorView(row)
      }),

    unlink: (operatorId) =>
      changing(async (transaction) => {
        const row = await transaction
          .selectFrom('operators')
          .select(['password_hash', 'role_from_provider'])
          .where('id', '=', operatorId)
          .executeTakeFirst()
        if (!row || row.password_hash === null || row.role_from_provider) throw fail('SSO_ONLY_WAY')
        await transaction.deleteFrom('operator_identities').where('operator_id', '=', operatorId).execute()
      }),

    of: async (operatorId) => {
      const row = await db
        .selectFrom('operator_identities')
        .selectAll()
        .where('operator_id', '=', operatorId)
        .executeTakeFirst()
      return row
        ? {
            issuer: row.issuer,
            label: row.label,
            linkedAt: row.linked_at.toISOString(),
            lastUsedAt: row.last_used_at?.toISOString() ?? null,
          }
        : null
    },
  }
}

const reachOf = (organizationIds: readonly string[] | null) =>
  organizationIds?.map((organizationId) => ({ organizationId, mailboxIds: null })) ?? null

/** An organization that was removed leads to less, not to an error at the sign-in. */
async function existing(db: Database, ids: readonly string[] | null): Promise<readonly string[] | null> {
  if (ids === null || ids.length === 0) return ids
  const rows = await db
    .selectFrom('organizations')
    .select('id')
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
