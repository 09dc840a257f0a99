/**
 * What is made once at the first start and must never change: the key that seals secrets, the installation's name (host name of
 * every snapshot) and the vault's password (second key of every repository, in the recovery kit).
 */
import { randomBytes } from 'node:crypto'
import type { Database } from '../database/index.ts'
import type { Clock } from '../shared/index.ts'
import { fail } from './errors.ts'
import { loadKey } from './key-file.ts'
import { createSecretBox, type SecretBox } from './secret-box.ts'
import { createSettings, type Settings } from './settings.ts'

export interface Installation {
  readonly secrets: SecretBox
  readonly settings: Settings
  readonly instanceName: string
  readonly vaultPassword: string
  /** Key of the codes of the audit trail. */
  readonly auditKey: string
}

const base32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Throws SEC_KEY_MISSING, SEC_KEY_INVALID, and SEC_KEY_WRONG when the database was sealed with another key. */
export async function openInstallation(parts: {
  db: Database
  clock: Clock
  key: { readonly value: string; readonly source: string } | { readonly file: string }
}): Promise<Installation> {
  const { db, clock, key } = parts
  const known = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', 'key-id')
    .executeTakeFirst()
  const secrets = createSecretBox(
    loadKey('value' in key ? { key: key.value, source: key.source } : { file: key.file, mayCreate: !known }),
  )
  const settings = createSettings({ db, clock, secrets })
  const keyId = await settings.readOrCreate('key-id', () => secrets.keyId)
  if (keyId !== secrets.keyId) throw fail('SEC_KEY_WRONG')
  return {
    secrets,
    settings,
    instanceName: await settings.readOrCreate(
      'instance-name',
      () => `bdrcloud-${randomBytes(4).toString('hex')}`,
    ),
    vaultPassword: await settings.secretOrCreate('vault-password', readablePassword),
    auditKey: await settings.secretOrCreate('audit-key', () => randomBytes(32).toString('base64url')),
  }
}

/** 160 random bits in letters and digits that cannot be taken for one another, in groups of four. */
function readablePassword(): string {
  const characters = [...randomBytes(32)].map((byte) => base32[byte % 32] ?? '0').join('')
  return characters.match(/.{4}/g)?.join('-') ?? characters
}
