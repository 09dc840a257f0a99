/**
 * What is made once at the first start and must never change: the installation's name (host name of every snapshot) and the vault's
 * password (second key of every repository, in the recovery kit). They, and every other secret, are sealed with the outer key.
 */
import { randomBytes } from 'node:crypto'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { leaveFirstFormat } from './outer-key/first-format.ts'
import { sourceOf } from './outer-key/key-file.ts'
import { type KeyPlaces, openKeyRing } from './outer-key/outer-keys.ts'
import type { KeyRing } from './secret-box.ts'
import { createSettings, type Settings } from './settings.ts'

/** What may be said about the key that seals. */
export interface OuterKey {
  readonly id: string
  readonly source: string
  /** Milliseconds since the epoch. */
  readonly since: number
}

export interface Installation {
  readonly secrets: KeyRing
  readonly settings: Settings
  readonly instanceName: string
  readonly vaultPassword: string
  /** Key of the codes of the audit trail. */
  readonly auditKey: string
  readonly outerKey: () => Promise<OuterKey>
}

const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Throws what `openKeyRing` throws, and SEC_SECRET_UNREADABLE. */
export async function openInstallation(
  parts: { readonly db: Database; readonly clock: Clock } & KeyPlaces,
): Promise<Installation> {
  const { db, clock } = parts
  const secrets = await openKeyRing(db, clock, parts)
  await leaveFirstFormat(db, secrets)
  const settings = createSettings({ db, clock, secrets })
  return {
    secrets,
    settings,
    instanceName: await settings.readOrCreate(
      'instance-name',
      () => `bdrcloud-${randomBytes(4).toString('hex')}`,
    ),
    vaultPassword: await settings.secretOrCreate('vault-password', readablePassword),
    auditKey: await settings.secretOrCreate('audit-key', () => randomBytes(32).toString('base64url')),
    outerKey: async () => {
      const row = await db
        .selectFrom('outer_keys')
        .select(['key_id', 'created_at'])
        .where('state', '=', 'current')
        .executeTakeFirstOrThrow()
      return { id: row.key_id, source: sourceOf(parts.key), since: row.created_at.getTime() }
    },
  }
}

/** 160 random bits in letters and digits that cannot be taken for one another, in groups of four. */
function readablePassword(): string {
  const characters = [...randomBytes(32)].map((byte) => base32[byte % 32] ?? '0').join('')
  return characters.match(/.{4}/g)?.join('-') ?? characters
}
