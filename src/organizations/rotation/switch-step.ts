/**
 * From the new certificate in the tenant to the organization that uses it: the sign-in has to succeed several times in a row
 * before the switch, and again after it, since each request may meet another part of Microsoft. The old key is kept until
 * then, and used where the new one is not known.
 */
import { openCredential } from '../credential.ts'
import { fail } from '../errors.ts'
import { newCertificate } from './add-step.ts'
import { Interrupted, type RotationContext, signsIn, waitForMicrosoft } from './rotation-context.ts'

const proofsNeeded = 3
const betweenProofsMs = 5_000
/** Microsoft's parts hear of a change within minutes. */
const betweenSettlingProofsMs = 40_000
const notKnown = 'A part of Microsoft does not accept the new certificate yet'

export async function prove(context: RotationContext): Promise<void> {
  const credential = newCertificate(context)
  while (context.row.proofs < proofsNeeded) {
    if (await signsIn(context, credential)) {
      await context.save({ proofs: context.row.proofs + 1, detail: null, next_try_at: null })
      if (context.row.proofs < proofsNeeded) await sleep(context, betweenProofsMs)
    } else {
      await waitForMicrosoft(context, notKnown, undefined, { proofs: 0 })
    }
  }
  await change(context)
}

/** Both rows in one transaction: the key is in one place only, before and after a crash. */
async function change(context: RotationContext): Promise<void> {
  const { row, parts, organization } = context
  const { db, microsoft } = parts
  const now = new Date(microsoft.clock.now())
  await db.transaction().execute(async (transaction) => {
    const before = await transaction
      .selectFrom('organizations')
      .selectAll()
      .where('id', '=', organization.id)
      .forUpdate()
      .executeTakeFirst()
    if (!before || before.credential_id !== row.old_credential_id) throw fail('ORG_ROTATION_OVERTAKEN')
    const switched = await transaction
      .updateTable('credential_rotations')
      .set({
        state: 'settling',
        credential_sealed: null,
        old_credential_sealed: before.credential_sealed,
        proofs: 0,
        tries: 0,
        since: now,
        next_try_at: null,
        detail: null,
      })
      .where('id', '=', row.id)
      .where('epoch', '=', row.epoch)
      .where('state', '=', 'proving')
      .returningAll()
      .executeTakeFirst()
    if (!switched) throw new Interrupted()
    await transaction
      .updateTable('organizations')
      .set({
        credential_id: row.credential_id,
        credential_kind: 'certificate',
        credential_sealed: row.credential_sealed,
        credential_key_id: row.credential_key_id,
        credential_expires_at: row.credential_expires_at,
        certificate_pem: row.certificate_pem,
        certificate_thumbprint: row.certificate_thumbprint,
        application_object_id: row.application_object_id,
      })
      .where('id', '=', organization.id)
      .execute()
    context.row = switched
  })
  parts.forget(organization.id)
  await parts.announce(await parts.read(organization.id))
}

/** Afterwards the old key is destroyed here; its certificate is still in the tenant. */
export async function settle(context: RotationContext): Promise<void> {
  const { parts, organization, row } = context
  while (context.row.proofs < proofsNeeded) {
    await sleep(context, betweenSettlingProofsMs)
    const now = await parts.read(organization.id)
    // Somebody has replaced the credential meanwhile: what is in use now is not for this rotation to prove.
    const credential =
      now.credential_id === row.credential_id ? openCredential(parts.secrets, now) : undefined
    if (credential === undefined) break
    if (await signsIn(context, credential)) {
      await context.save({ proofs: context.row.proofs + 1, detail: null, next_try_at: null })
    } else {
      await waitForMicrosoft(context, notKnown, undefined, { proofs: 0 })
    }
  }
  await context.save({
    state: 'removing',
    old_credential_sealed: null,
    tries: 0,
    since: new Date(parts.microsoft.clock.now()),
    next_try_at: null,
    detail: null,
  })
  parts.forget(organization.id)
}

async function sleep({ parts, signal }: RotationContext, milliseconds: number): Promise<void> {
  await parts.microsoft.clock.sleep(milliseconds, signal)
}
