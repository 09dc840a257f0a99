/** The one provider of this server, with its client secret sealed. */
import type { RoleMapping, SaveSingleSignOn, SingleSignOnSettings } from '../../contract/index.ts'
import type { Database } from '../../database/index.ts'
import type { Clock } from '../../shared/index.ts'
import { fail as securityFail } from '../errors.ts'
import type { SecretBox } from '../secret-box.ts'
import { fail } from './errors.ts'

export type Provider = Omit<SaveSingleSignOn, 'proof' | 'clientSecret'> & {
  readonly clientSecret: string | null
  /** Milliseconds since the epoch; another value is another provider. */
  readonly updatedAt: number
}

export interface ProviderSettings {
  read(): Promise<Provider | null>
  /** Throws SSO_OFF. */
  readEnabled(): Promise<Provider>
  view(): Promise<SingleSignOnSettings['provider']>
  /** Throws SSO_ISSUER_INVALID, SEC_REACH_UNKNOWN, SEC_REACH_OWNER. Switched off, it ends every session that began there. */
  save(wanted: Omit<SaveSingleSignOn, 'proof'>): Promise<void>
  remove(): Promise<void>
}

const context = 'single-sign-on client secret'

export function createProviderSettings(parts: {
  db: Database
  clock: Clock
  secrets: SecretBox
}): ProviderSettings {
  const { db, clock, secrets } = parts
  const row = () => db.selectFrom('single_sign_on').selectAll().executeTakeFirst()
  type Row = NonNullable<Awaited<ReturnType<typeof row>>>
  const plain = (found: Row) => ({
    enabled: found.enabled,
    name: found.name,
    issuer: found.issuer,
    clientId: found.client_id,
    scopes: found.scopes,
    roleClaim: found.role_claim,
    mappings: found.mappings as RoleMapping[],
    unknownOperators: found.unknown_operators,
    passwordsForOwnersOnly: found.passwords_for_owners_only,
    sessionHours: found.session_hours,
  })
  const endSessions = (transaction: Database) =>
    transaction.deleteFrom('sessions').where('single_sign_on', '=', true).execute()

  const read = async (): Promise<Provider | null> => {
    const found = await row()
    if (!found) return null
    const sealed = found.client_secret_sealed
    return {
      ...plain(found),
      clientSecret: sealed && secrets.open(sealed, context).toString('utf8'),
      updatedAt: found.updated_at.getTime(),
    }
  }
  return {
    read,
    readEnabled: async () => {
      const provider = await read()
      if (!provider?.enabled) throw fail('SSO_OFF')
      return provider
    },
    view: async () => {
      const found = await row()
      if (!found) return null
      return {
        ...plain(found),
        hasSecret: found.client_secret_sealed !== null,
        updatedAt: found.updated_at.toISOString(),
      }
    },
    save: async ({ clientSecret, ...wanted }) => {
      const issuer = checkedIssuer(wanted.issuer)
      await checkMappings(db, wanted.mappings)
      await db.transaction().execute(async (transaction) => {
        const values = {
          enabled: wanted.enabled,
          name: wanted.name.trim(),
          issuer,
          client_id: wanted.clientId.trim(),
          scopes: wanted.scopes,
          role_claim: wanted.roleClaim,
          mappings: JSON.stringify(wanted.mappings),
          unknown_operators: wanted.unknownOperators,
          passwords_for_owners_only: wanted.passwordsForOwnersOnly,
          session_hours: wanted.sessionHours,
          updated_at: new Date(clock.now()),
          ...(clientSecret === undefined
            ? {}
            : { client_secret_sealed: clientSecret === null ? null : secrets.seal(clientSecret, context) }),
        }
        await transaction
          .insertInto('single_sign_on')
          .values({ client_secret_sealed: null, ...values })
          .onConflict((conflict) => conflict.column('only_one').doUpdateSet(values))
          .execute()
        if (!wanted.enabled) await endSessions(transaction)
      })
    },
    remove: async () => {
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('single_sign_on').execute()
        await endSessions(transaction)
      })
    },
  }
}

function checkedIssuer(text: string): string {
  const issuer = text.trim()
  const url = URL.parse(issuer)
  const invalid = (reason: string) => fail('SSO_ISSUER_INVALID', { reason })
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid('it does not begin with https://')
  }
  if (url.username || url.password || url.search || url.hash) {
    throw invalid('it holds more than host and path')
  }
  // Anybody's tenant would be believed; whoever can make a tenant could choose every claim.
  if (/^\/(common|organizations|consumers)\b/i.test(url.pathname) && url.hostname.startsWith('login.')) {
    throw invalid('it names no tenant, and anybody can have one')
  }
  return issuer
}

async function checkMappings(db: Database, mappings: readonly RoleMapping[]): Promise<void> {
  const ids = [...new Set(mappings.flatMap(({ organizationIds }) => organizationIds ?? []))]
  if (mappings.some(({ role, organizationIds }) => role === 'owner' && organizationIds !== null)) {
    throw securityFail('SEC_REACH_OWNER')
  }
  if (ids.length === 0) return
  const known = await db.selectFrom('organizations').select('id').where('id', 'in', ids).execute()
  const unknown = ids.find((id) => !known.some((one) => one.id === id))
  if (unknown !== undefined) throw securityFail('SEC_REACH_UNKNOWN', { what: 'organization', id: unknown })
}
