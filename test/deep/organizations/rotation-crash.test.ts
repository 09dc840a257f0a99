/**
 * The server dies at every moment of a rotation in turn: before each write to its database, before and after each request to
 * Microsoft. Whoever starts it again finds an organization that works, with one certificate, or with the others listed.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { type Lab, openLab, operatorId } from '../../onboarding/lab.ts'
import { ownApplication, savedOrganization } from '../../organizations/tenant-changes.ts'

let lab: Lab
after(() => lab.stop())

function keys(): string[] {
  return ownApplication(lab).application.keyCredentials.map(({ certificate }) =>
    createHash('sha256').update(certificate).digest('hex').toUpperCase(),
  )
}

test('a rotation survives the death of the server at every moment', async (context) => {
  lab = await openLab()
  const id = await savedOrganization(lab, { credentialKind: 'certificate' })
  const ends: string[] = []
  for (let moment = 1; ; moment++) {
    const before = (await lab.organizations.view(id)).credential.thumbprint
    lab.death.dieAt(moment)
    await lab.organizations.rotations.start(id, {}, operatorId).catch(() => undefined)
    await lab.organizations.rotations.settled()
    const died = lab.death.dead
    const { moments } = lab.death
    lab.death.dieAt(Number.POSITIVE_INFINITY)
    if (died) {
      lab = await lab.restart()
      await lab.organizations.rotations.settled()
    }
    const { items } = await lab.organizations.rotations.list(id, { limit: 1 })
    const [newest] = items
    const { credential, health } = await lab.organizations.verify(id)
    const where = `moment ${moment}: ${newest?.state} ${JSON.stringify(newest?.error)}`
    assert.equal(health[0]?.read, 'ok', where)
    const rotated = credential.thumbprint !== before
    if (newest && rotated) assert.equal(newest.state, 'finished', where)
    ends.push(`${moment}: ${rotated ? newest?.state : 'not begun'}`)
    // Whatever is in the tenant is in use, or is told to be left there.
    const all = await lab.organizations.rotations.list(id, { limit: 500 })
    const listed = all.items.flatMap(({ leftovers }) => leftovers).join(' ')
    const unlisted = keys().filter((key) => key !== credential.thumbprint && !listed.includes(key))
    assert.deepEqual(unlisted, [], where)
    assert.ok(keys().includes(credential.thumbprint ?? ''), where)
    const sealed = await lab.database.db
      .selectFrom('credential_rotations')
      .select('id')
      .where((e) =>
        e.or([e('credential_sealed', 'is not', null), e('old_credential_sealed', 'is not', null)]),
      )
      .execute()
    assert.deepEqual(sealed, [], `${where}: a key that is not in use is kept`)
    if (!died) {
      context.diagnostic(`${moments} moments`)
      assert.ok(moments > 25, 'the walk met every step')
      break
    }
  }
  // Certificates of which the id was in an answer that the dead server did not see: very few.
  assert.ok(keys().length <= 4, `${keys().length} certificates in the tenant`)
})
