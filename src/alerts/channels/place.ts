/** Where a channel leads to: what may be shown of it, and what is sealed. */
import type { Selectable } from 'kysely'
import type { ChannelRules, EmailPlace } from '../../contract/index.ts'
import type { DatabaseSchema } from '../../database/index.ts'
import type { SecretBox } from '../../security/index.ts'

export type ChannelRow = Selectable<DatabaseSchema['alert_channels']>

export interface ChannelSecrets {
  /** Password, or client secret. */
  readonly secret?: string
  /** Whole address of a webhook: whoever has it can write there. */
  readonly address?: string
  readonly signingKey?: string
}

export type Target =
  | { readonly kind: 'email'; readonly place: EmailPlace; readonly secret: string | undefined }
  | {
      readonly kind: 'webhook' | 'teams' | 'slack'
      readonly address: string
      readonly signingKey: string | undefined
    }

export function sealSecrets(box: SecretBox, id: string, secrets: ChannelSecrets): Buffer {
  return box.seal(JSON.stringify(secrets), `alert-channel:${id}`)
}

/** @throws SEC_SECRET_UNREADABLE */
export function openSecrets(box: SecretBox, row: Pick<ChannelRow, 'id' | 'secrets_sealed'>): ChannelSecrets {
  if (row.secrets_sealed === null) return {}
  return JSON.parse(
    box.open(row.secrets_sealed, `alert-channel:${row.id}`).toString('utf8'),
  ) as ChannelSecrets
}

/** @throws SEC_SECRET_UNREADABLE */
export function targetOf(box: SecretBox, row: ChannelRow): Target {
  const { secret, address = '', signingKey } = openSecrets(box, row)
  return row.kind === 'email'
    ? { kind: 'email', place: row.place as EmailPlace, secret }
    : { kind: row.kind, address, signingKey }
}

export const rulesOf = (row: Pick<ChannelRow, 'rules'>) => row.rules as ChannelRules
