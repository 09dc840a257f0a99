import { randomUUID } from 'node:crypto'
import type { Database } from '../../src/database/index.ts'

/** An organization as rows alone, with mailboxes, for tests of who reaches what. */
export async function knownOrganization(
  db: Database,
  mailboxes = 0,
): Promise<{ id: string; mailboxIds: string[] }> {
  const id = randomUUID()
  await db
    .insertInto('organizations')
    .values({
      id,
      name: 'Contoso',
      tenant_id: randomUUID(),
      default_domain: 'contoso.example',
      cloud: 'global',
      method: 'credential',
      application_id: randomUUID(),
      application_object_id: randomUUID(),
      service_principal_id: randomUUID(),
      unique_name: id,
      workloads: '["mail"]',
      restore_rights: true,
      health: '[]',
      created_at: new Date(),
      created_by: randomUUID(),
      credential_id: null,
      credential_kind: 'password',
      credential_sealed: null,
      credential_key_id: null,
      certificate_pem: null,
      certificate_thumbprint: null,
    })
    .execute()
  const mailboxIds: string[] = []
  for (let number = 0; number < mailboxes; number += 1) {
    const { id: mailbox } = await db
      .insertInto('resources')
      .values({
        organization_id: id,
        workload: 'mail',
        external_id: `user-${number}`,
        user_principal_name: `user-${number}@contoso.example`,
        display_name: `User ${number}`,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    mailboxIds.push(mailbox)
  }
  return { id, mailboxIds }
}
