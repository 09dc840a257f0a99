/**
 * The repositories of the vault: one per organization, made at its first backup. Each has its own random password, sealed in
 * the database, and a second key with the vault's password, which is in the recovery kit. All share the chunker polynomial of
 * the vault, so that equal content is cut equally in all of them.
 *
 * Order of making one: row with the sealed password, then both keys, then the config, which makes it a repository, then the row says
 * `ready`. A crash in between is repaired by the next call: keys without a config are made anew.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { type Selectable, sql } from 'kysely'
import type { Database, DatabaseSchema } from '../database/index.ts'
import {
  type Backend,
  createWorkerThreads,
  eraseRepository,
  initRepository,
  openRepository,
  type Repository,
  type Retention,
  randomPolynomial,
  type ScryptCost,
} from '../repository/index.ts'
import type { SecretBox } from '../security/index.ts'
import type { Clock, Logger } from '../shared/index.ts'
import { fail } from './errors.ts'
import type { Vault } from './vault.ts'

type RepositoryRow = Selectable<DatabaseSchema['repositories']>

export interface RepositoryAccess {
  /** How long the place keeps what is saved; null: it need not. */
  readonly retention: Retention | null
  /** The organization's repository, made if there is none; the same handle for every caller. */
  open(organizationId: string): Promise<Repository>
  /** The place of the repository's files, the same for every caller; closed with the rest. @throws JOB_REPOSITORY_NOT_FOUND */
  backend(organizationId: string): Promise<Backend>
  /** @throws JOB_REPOSITORY_NOT_FOUND */
  location(organizationId: string): Promise<string>
  /** For a shell: stock restic on the repository, with variables for the secrets of its place. @throws JOB_REPOSITORY_NOT_FOUND */
  commands(organizationId: string): Promise<string[]>
  /** @throws JOB_REPOSITORY_NOT_FOUND */
  password(organizationId: string): Promise<string>
  /** Row of the repository; undefined before the first backup. */
  find(organizationId: string): Promise<RepositoryRow | undefined>
  /** Deletes every file of the organization's repository, for good; the row stays. Can be repeated. */
  erase(organizationId: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

export interface RepositoryAccessOptions {
  readonly db: Database
  readonly secrets: SecretBox
  readonly vault: Vault
  readonly vaultPassword: string
  /** The product's own name in locks and snapshots. */
  readonly instanceName: string
  readonly clock: Clock
  readonly logger: Logger
  /** Cost of the password of new keys; default: restic's order of magnitude. */
  readonly scrypt?: ScryptCost
}

export function createRepositoryAccess(options: RepositoryAccessOptions): RepositoryAccess {
  const { db, secrets, vault, instanceName, clock, logger } = options
  const handles = new Map<string, Promise<Repository>>()
  const backends = new Map<string, Backend>()
  // One set for all: a thread's heap and buffers are the same work for any of them.
  const threads = createWorkerThreads()
  const processNonce = randomBytes(12).toString('hex')

  const find = (organizationId: string) =>
    db.selectFrom('repositories').selectAll().where('organization_id', '=', organizationId).executeTakeFirst()
  const ready = async (organizationId: string): Promise<RepositoryRow> => {
    const row = await find(organizationId)
    if (row?.state !== 'ready') throw fail('JOB_REPOSITORY_NOT_FOUND')
    return row
  }
  const passwordOf = (row: RepositoryRow) =>
    secrets.open(row.password_sealed, `repository:${row.id}`).toString('utf8')

  async function vaultRow(): Promise<{ id: string; chunker_polynomial: string }> {
    await db
      .insertInto('vaults')
      .values({ location: vault.location, chunker_polynomial: randomPolynomial(randomBytes).toString(16) })
      .onConflict((conflict) => conflict.column('location').doNothing())
      .execute()
    return db
      .selectFrom('vaults')
      .select(['id', 'chunker_polynomial'])
      .where('location', '=', vault.location)
      .executeTakeFirstOrThrow()
  }

  /** One process makes it, others wait. */
  async function make(organizationId: string): Promise<RepositoryRow> {
    return db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`make-repository:${organizationId}`}, 0))`.execute(
        transaction,
      )
      const known = await find(organizationId)
      if (known?.state === 'ready') return known
      const { id: vaultId, chunker_polynomial } = await vaultRow()
      const id = known?.id ?? randomUUID()
      // Outside the transaction: the password must be on record before a repository is made with it.
      const row =
        known ??
        (await db
          .insertInto('repositories')
          .values({
            id,
            organization_id: organizationId,
            vault_id: vaultId,
            directory: organizationId,
            password_sealed: secrets.seal(randomBytes(24).toString('base64url'), `repository:${id}`),
          })
          .returningAll()
          .executeTakeFirstOrThrow())
      const backend = await vault.open(row.directory)
      const key = {
        password: passwordOf(row),
        host: instanceName,
        username: 'bdrcloud',
        clock,
        ...(options.scrypt ? { scrypt: options.scrypt } : {}),
      }
      try {
        if (!(await backend.stat('config', 'config'))) {
          // A key without a config is what a crash left of making this very repository.
          for await (const { name } of backend.list('keys')) await backend.remove('keys', name)
          await initRepository(backend, {
            ...key,
            otherPasswords: [options.vaultPassword],
            chunkerPolynomial: chunker_polynomial,
          })
        }
      } finally {
        await backend.close()
      }
      return transaction
        .updateTable('repositories')
        .set({ state: 'ready' })
        .where('id', '=', row.id)
        .returningAll()
        .executeTakeFirstOrThrow()
    })
  }

  async function openFresh(organizationId: string): Promise<Repository> {
    const known = await find(organizationId)
    const row = known?.state === 'ready' ? known : await make(organizationId)
    const backend = await vault.open(row.directory)
    const repository = await openRepository(backend, {
      password: passwordOf(row),
      host: instanceName,
      processNonce,
      clock,
      logger,
      threads,
    })
    const removed = await repository.removeOwnStaleLocks()
    if (removed > 0) logger.warn({ organizationId, removed }, 'removed locks of a process that is dead')
    return repository
  }

  return {
    retention: vault.retention,
    open(organizationId) {
      let handle = handles.get(organizationId)
      if (!handle) {
        handle = openFresh(organizationId)
        handles.set(organizationId, handle)
        handle.catch(() => handles.delete(organizationId))
      }
      return handle
    },
    find,
    async backend(organizationId) {
      const { directory } = await ready(organizationId)
      const backend = backends.get(organizationId) ?? (await vault.open(directory))
      backends.set(organizationId, backend)
      return backend
    },
    location: async (organizationId) => vault.locationOf((await ready(organizationId)).directory),
    commands: async (organizationId) => vault.commandsOf((await ready(organizationId)).directory),
    password: async (organizationId) => passwordOf(await ready(organizationId)),
    async erase(organizationId, signal) {
      const row = await find(organizationId)
      if (!row) return
      const handle = handles.get(organizationId)
      handles.delete(organizationId)
      await (await handle?.catch(() => undefined))?.close()
      await backends.get(organizationId)?.close()
      backends.delete(organizationId)
      const backend = await vault.open(row.directory)
      try {
        await eraseRepository(backend, signal)
      } finally {
        await backend.close()
      }
      // Elsewhere folders are only beginnings of names.
      if (vault.folder !== null) await rm(vault.locationOf(row.directory), { recursive: true, force: true })
    },
    async close() {
      for (const handle of handles.values()) await (await handle.catch(() => undefined))?.close()
      handles.clear()
      for (const backend of backends.values()) await backend.close()
      backends.clear()
      await threads.close()
    },
  }
}
