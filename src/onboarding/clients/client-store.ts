import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { PendingCertificate, Problem } from '../../contract/index.ts'
import type { Database, DatabaseSchema } from '../../database/index.ts'
import { type AppCredential, makeCertificate } from '../../microsoft/index.ts'
import { credentialContext, openCredential } from '../../organizations/index.ts'
import type { SecretBox } from '../../security/index.ts'
import type { Clock } from '../../shared/index.ts'

export type SignInClientRow = Selectable<DatabaseSchema['sign_in_clients']>

/** A credential with the columns that keep it. */
export interface KeptCredential {
  readonly credential: AppCredential
  readonly columns: Pick<
    SignInClientRow,
    | 'credential_id'
    | 'credential_kind'
    | 'credential_sealed'
    | 'credential_expires_at'
    | 'certificate_pem'
    | 'certificate_thumbprint'
  >
}

export interface ClientStore {
  read(cloud: string): Promise<SignInClientRow | undefined>
  /** Makes a key and certificate that wait to be uploaded; one that waited before is forgotten. */
  makeCertificate(cloud: string, subject: string, operatorId: string): Promise<PendingCertificate>
  /** The certificate that waits, as a credential; undefined when there is none. */
  pending(row: SignInClientRow | undefined): KeptCredential | undefined
  /** The credential in use; undefined when there is none. */
  current(row: SignInClientRow | undefined): KeptCredential | undefined
  sealSecret(secret: string, expiresAt: Date | null): KeptCredential
  save(
    cloud: string,
    values: { clientId: string; homeTenant: string; kept: KeptCredential; operatorId: string },
  ): Promise<void>
  noteTest(cloud: string, problem: Problem | null): Promise<void>
  remove(cloud: string): Promise<void>
}

/** As long as certificates of applications are made for; the portal takes longer ones, too. */
const certificateDays = 730

const nothingPending = {
  pending_id: null,
  pending_sealed: null,
  pending_pem: null,
  pending_thumbprint: null,
  pending_expires_at: null,
}

export function createClientStore(db: Database, secrets: SecretBox, clock: Clock): ClientStore {
  const read = (cloud: string) =>
    db.selectFrom('sign_in_clients').selectAll().where('cloud', '=', cloud).executeTakeFirst()
  const stamp = (operatorId: string) => ({
    updated_at: new Date(clock.now()),
    updated_by: operatorId,
  })
  return {
    read,
    makeCertificate: async (cloud, subject, operatorId) => {
      const made = await makeCertificate({ subject, days: certificateDays })
      const id = randomUUID()
      const pending = {
        pending_id: id,
        pending_sealed: secrets.seal(made.privateKeyPem, credentialContext(id)),
        pending_pem: made.certificatePem,
        pending_thumbprint: made.thumbprintSha256,
        pending_expires_at: made.notAfter,
      }
      await db
        .insertInto('sign_in_clients')
        .values({ cloud, credential_kind: 'certificate', ...pending, ...stamp(operatorId) })
        .onConflict((conflict) => conflict.column('cloud').doUpdateSet(pending))
        .execute()
      return {
        certificatePem: made.certificatePem,
        thumbprint: made.thumbprintSha256,
        expiresAt: made.notAfter.toISOString(),
      }
    },
    pending: (row) => {
      if (!row?.pending_id || !row.pending_sealed || !row.pending_pem) return undefined
      return kept(secrets, {
        credential_id: row.pending_id,
        credential_kind: 'certificate',
        credential_sealed: row.pending_sealed,
        credential_expires_at: row.pending_expires_at,
        certificate_pem: row.pending_pem,
        certificate_thumbprint: row.pending_thumbprint,
      })
    },
    current: (row) => row && kept(secrets, row),
    sealSecret: (secret, expiresAt) => {
      const id = randomUUID()
      return {
        credential: { kind: 'password', secret },
        columns: {
          credential_id: id,
          credential_kind: 'password',
          credential_sealed: secrets.seal(secret, credentialContext(id)),
          credential_expires_at: expiresAt,
          certificate_pem: null,
          certificate_thumbprint: null,
        },
      }
    },
    save: async (cloud, { clientId, homeTenant, kept: { columns }, operatorId }) => {
      const values = {
        client_id: clientId.toLowerCase(),
        home_tenant: homeTenant,
        ...columns,
        test: JSON.stringify({ testedAt: new Date(clock.now()).toISOString(), problem: null }),
        ...stamp(operatorId),
      }
      await db
        .insertInto('sign_in_clients')
        .values({ cloud, ...values })
        .onConflict((conflict) =>
          conflict.column('cloud').doUpdateSet({
            ...values,
            // A waiting certificate that is in use now waits no longer.
            ...(columns.credential_kind === 'certificate' && nothingPending),
          }),
        )
        .execute()
    },
    noteTest: async (cloud, problem) => {
      await db
        .updateTable('sign_in_clients')
        .set({ test: JSON.stringify({ testedAt: new Date(clock.now()).toISOString(), problem }) })
        .where('cloud', '=', cloud)
        .execute()
    },
    remove: async (cloud) => {
      await db.deleteFrom('sign_in_clients').where('cloud', '=', cloud).execute()
    },
  }
}

function kept(secrets: SecretBox, columns: KeptCredential['columns']): KeptCredential | undefined {
  const credential = openCredential(secrets, columns)
  if (!credential) return undefined
  const {
    credential_id,
    credential_kind,
    credential_sealed,
    credential_expires_at,
    certificate_pem,
    certificate_thumbprint,
  } = columns
  return {
    credential,
    columns: {
      credential_id,
      credential_kind,
      credential_sealed,
      credential_expires_at,
      certificate_pem,
      certificate_thumbprint,
    },
  }
}
