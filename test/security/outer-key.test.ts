import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../src/database/index.ts'
import { isAppError } from '../../src/errors/index.ts'
import {
  createOuterKeyRotation,
  createRecoveryKits,
  createSecretBox,
  type KeyPlace,
  openInstallation,
} from '../../src/security/index.ts'
import { type Clock, silentLogger } from '../../src/shared/index.ts'
import { createTestDatabase } from '../database.ts'
import { mortality } from '../mortality.ts'

const withCode = (code: string) => (error: unknown) => isAppError(error, code)

/** Waits take no time here. */
const clock: Clock = { now: () => Date.now(), sleep: async () => undefined }

async function lab(t: TestContext) {
  const { db, drop } = await createTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-key-'))
  t.after(async () => {
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })
  const file = join(folder, 'secrets.key')
  const open = async (over: Database = db, key: KeyPlace = { file }, previousKey?: KeyPlace) => {
    const installation = await openInstallation({ db: over, clock, key, previousKey })
    const rotation = createOuterKeyRotation({
      db: over,
      clock,
      logger: silentLogger,
      ring: installation.secrets,
      places: { key, previousKey },
    })
    t.after(() => rotation.stop())
    return { ...installation, rotation }
  }
  return { db, file, folder, open }
}

/** A secret in a table that no rotation was told of, as other rooms have theirs. */
async function plant(db: Database, sealed: Buffer, count = 1): Promise<void> {
  await sql`create table if not exists rooms_to_come (id serial primary key, kept bytea)`.execute(db)
  for (let n = 0; n < count; n += 1)
    await sql`insert into rooms_to_come (kept) values (${sealed})`.execute(db)
}

async function planted(db: Database): Promise<Buffer[]> {
  const { rows } = await sql<{ kept: Buffer }>`select kept from rooms_to_come order by id`.execute(db)
  return rows.map(({ kept }) => kept)
}

test('a rotation brings every sealed value of any table to the new key, and only then lets the old one go', async (t) => {
  const { db, file, open } = await lab(t)
  const first = await open()
  const oldKey = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  await plant(db, first.secrets.seal('hunter2', 'room:1'), 230)
  const status = await first.rotation.rotate()
  assert.equal(status.rotation?.previousKeyIds.length, 1)
  // Both open from the first moment.
  for (const kept of await planted(db)) assert.equal(first.secrets.open(kept, 'room:1').toString(), 'hunter2')
  await assert.rejects(first.rotation.rotate(), withCode('SEC_ROTATION_RUNS'))
  await first.rotation.settled()
  const after = await first.rotation.status()
  assert.deepEqual(after.rotation, null)
  assert.equal(after.values, 232)
  const newKey = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  assert.ok(!newKey.equals(oldKey) && !existsSync(`${file}.next`))
  const [kept = Buffer.alloc(0)] = await planted(db)
  assert.equal(createSecretBox(newKey).open(kept, 'room:1').toString(), 'hunter2')
  assert.throws(() => createSecretBox(oldKey).open(kept, 'room:1'), withCode('SEC_SECRET_UNREADABLE'))

  const again = await open()
  assert.deepEqual([again.vaultPassword, again.auditKey], [first.vaultPassword, first.auditKey])
  await again.rotation.rotate()
  await again.rotation.settled()
  assert.equal(
    (await planted(db)).every((one) => again.secrets.open(one, 'room:1').length === 7),
    true,
  )
})

test('the old key waits for what was sealed with it before and is written late', async (t) => {
  const { db, open } = await lab(t)
  const { secrets, rotation } = await open()
  await plant(db, secrets.seal('early', 'room:1'))
  const late = secrets.seal('late', 'room:1')
  const retired = async () =>
    (await db.selectFrom('outer_keys').select('key_id').where('state', '=', 'retired').execute()).length
  await db.transaction().execute(async (transaction) => {
    await sql`insert into rooms_to_come (kept) values (${late})`.execute(transaction)
    await rotation.rotate()
    for (let n = 0; n < 20; n += 1) await rotation.status()
    assert.equal(await retired(), 0)
  })
  await rotation.settled()
  assert.equal(await retired(), 1)
  const [, kept = Buffer.alloc(0)] = await planted(db)
  assert.equal(secrets.open(kept, 'room:1').toString(), 'late')
  assert.notDeepEqual(kept, late)
})

test('killed before any write of a rotation, the next start opens every value and ends with one key', async (t) => {
  const { db, file, open } = await lab(t)
  const begun = await open()
  await plant(db, begun.secrets.seal('hunter2', 'room:1'), 3)
  const whole = mortality()
  const undisturbed = await open(whole.database(db))
  whole.dieAt(Number.POSITIVE_INFINITY)
  await undisturbed.rotation.rotate()
  await undisturbed.rotation.settled()
  // Looking through the columns makes most of the moments: of these some will do.
  const moments = Array.from({ length: whole.moments }, (_, index) => index + 1)
  const chosen = moments.filter((one) => one <= 6 || one % 16 === 0 || one >= whole.moments - 3)
  assert.ok(chosen.length > 10)
  for (const moment of chosen) {
    const death = mortality()
    const doomed = await open(death.database(db))
    death.dieAt(moment)
    await doomed.rotation.rotate().catch(() => undefined)
    await Promise.race([doomed.rotation.settled(), untilDead(death)])
    await doomed.rotation.stop()
    assert.ok(death.dead, `moment ${moment} of ${whole.moments}`)
    const next = await open()
    for (const kept of await planted(db))
      assert.equal(next.secrets.open(kept, 'room:1').toString(), 'hunter2', `after moment ${moment}`)
    assert.equal(next.vaultPassword, begun.vaultPassword)
    next.rotation.resume()
    await next.rotation.settled()
    const { rotation, key } = await next.rotation.status()
    assert.equal(rotation, null, `after moment ${moment}`)
    assert.equal(existsSync(`${file}.next`), false)
    assert.equal((await open()).secrets.keyId, key.id)
  }
})

async function untilDead(death: { readonly dead: boolean }): Promise<void> {
  while (!death.dead) await new Promise((resolve) => setTimeout(resolve, 2))
}

test('killed after the old key was retired and before the new one took its place: the next start puts it there', async (t) => {
  const { file, open } = await lab(t)
  const first = await open()
  copyFileSync(file, `${file}.old`)
  await first.rotation.rotate()
  await first.rotation.settled()
  copyFileSync(file, `${file}.next`)
  copyFileSync(`${file}.old`, file)
  const next = await open()
  assert.equal(next.vaultPassword, first.vaultPassword)
  assert.equal(existsSync(`${file}.next`), false)
  assert.equal((await open()).secrets.keyId, next.secrets.keyId)
})

test('a key that an operator changes is taken with the one before beside it; without, or with a retired one, the start is refused', async (t) => {
  const { db, open } = await lab(t)
  const place = (byte: number): KeyPlace => ({
    value: Buffer.alloc(32, byte).toString('base64'),
    source: 'BDRCLOUD_KEY',
  })
  const first = await open(db, place(1))
  await assert.rejects(first.rotation.rotate(), withCode('SEC_ROTATION_SOURCE'))
  await assert.rejects(open(db, place(2)), withCode('SEC_KEY_WRONG'))
  const second = await open(db, place(2), place(1))
  assert.equal(second.vaultPassword, first.vaultPassword)
  await assert.rejects(open(db, place(2)), withCode('SEC_KEY_PREVIOUS_MISSING'))
  const third = await open(db, place(2), place(1))
  third.rotation.resume()
  await third.rotation.settled()
  assert.equal((await open(db, place(2))).vaultPassword, first.vaultPassword)
  await assert.rejects(open(db, place(1)), withCode('SEC_KEY_RETIRED'))
  await assert.rejects(open(db, place(1), place(2)), withCode('SEC_KEY_RETIRED'))
})

test('a key file that others can read or write is refused; one that the group may read is not', async (t) => {
  const { db, file, open } = await lab(t)
  await open()
  for (const mode of [0o644, 0o660, 0o602]) {
    chmodSync(file, mode)
    await assert.rejects(open(), withCode('SEC_KEY_FILE_OPEN'), mode.toString(8))
  }
  chmodSync(file, 0o640)
  await open()
  chmodSync(file, 0o444)
  await open(db, { file, credential: true })
})

test('values of the first format are brought to the one of today', async (t) => {
  const { db, file, open } = await lab(t)
  const { secrets } = await open()
  const encrypt = (key: Buffer, plaintext: Buffer, context: string) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(Buffer.from(context))
    return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  const dataKey = randomBytes(32)
  const sealed = Buffer.concat([
    Buffer.from([1]),
    Buffer.from(secrets.keyId, 'hex'),
    encrypt(key, dataKey, 'setting:vault-password\0key'),
    encrypt(dataKey, Buffer.from('of before'), 'setting:vault-password'),
  ])
  await db.updateTable('settings').set({ sealed }).where('name', '=', 'vault-password').execute()
  const later = await open()
  assert.equal(later.vaultPassword, 'of before')
  const row = await db
    .selectFrom('settings')
    .selectAll()
    .where('name', '=', 'vault-password')
    .executeTakeFirstOrThrow()
  assert.equal(row.sealed?.[0], 2)
})

test('the recovery kit names the key, and is to be made anew after a rotation', async (t) => {
  const { open } = await lab(t)
  const { settings, instanceName, vaultPassword, outerKey, rotation, secrets } = await open()
  const kits = createRecoveryKits({
    settings,
    clock,
    instanceName,
    vaultPassword,
    outerKey,
    vault: { location: '/vault', variables: [], commands: [] },
  })
  await kits.confirm()
  assert.equal(await kits.confirmed(), true)
  assert.ok((await kits.make()).text.includes(secrets.keyId))
  await rotation.rotate()
  await rotation.settled()
  assert.equal(await kits.confirmed(), false)
  const renewed = await kits.make()
  assert.ok(renewed.text.includes(secrets.keyId) && renewed.vaultPassword === vaultPassword)
  await kits.confirm()
  assert.equal(await kits.confirmed(), true)
})
