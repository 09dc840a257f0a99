import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAppError } from '../../src/errors/index.ts'
import { createVault } from '../../src/jobs/index.ts'
import { createRecoveryKits, openInstallation } from '../../src/security/index.ts'
import { createTestDatabase } from '../database.ts'
import { movableClock } from './clock.ts'

const withCode = (code: string) => (error: unknown) => isAppError(error, code)

test('key, name and vault password are made once and stay; a lost or wrong key is told, never replaced', async () => {
  const { db, drop } = await createTestDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-key-'))
  const file = join(folder, 'secrets.key')
  const clock = movableClock()
  try {
    const first = await openInstallation({ db, clock, key: { file } })
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.match(first.vaultPassword, /^([0-9A-Z]{4}-){7}[0-9A-Z]{4}$/)
    const again = await openInstallation({ db, clock, key: { file } })
    assert.deepEqual([again.instanceName, again.vaultPassword], [first.instanceName, first.vaultPassword])
    const rows = await db.selectFrom('settings').selectAll().execute()
    assert.ok(!JSON.stringify(rows).includes(first.vaultPassword))

    const value = readFileSync(file, 'utf8')
    assert.ok(await openInstallation({ db, clock, key: { value, source: 'BDRCLOUD_KEY' } }))
    rmSync(file)
    await assert.rejects(openInstallation({ db, clock, key: { file } }), withCode('SEC_KEY_MISSING'))
    writeFileSync(file, 'not a key', { mode: 0o600 })
    await assert.rejects(openInstallation({ db, clock, key: { file } }), withCode('SEC_KEY_INVALID'))
    writeFileSync(file, Buffer.alloc(32, 1).toString('base64'))
    await assert.rejects(openInstallation({ db, clock, key: { file } }), withCode('SEC_KEY_WRONG'))
  } finally {
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the recovery kit names vault, password and commands of stock restic, and remembers its confirmation', async () => {
  const { db, drop } = await createTestDatabase()
  try {
    const clock = movableClock()
    const key = { value: Buffer.alloc(32, 7).toString('hex'), source: 'test' }
    const { settings, instanceName, vaultPassword, outerKey } = await openInstallation({ db, clock, key })
    const kits = createRecoveryKits({
      settings,
      clock,
      instanceName,
      vaultPassword,
      outerKey,
      vault: (await createVault({ location: "/srv/it's here" })).place,
    })
    const kit = await kits.make()
    assert.ok(kit.text.includes(vaultPassword) && kit.text.includes("/srv/it's here"))
    assert.ok(kit.commands.includes("restic -r '/srv/it'\\''s here/REPOSITORY' snapshots"))
    assert.equal(await kits.confirmed(), false)
    await kits.confirm()
    assert.equal(await kits.confirmed(), true)
  } finally {
    await drop()
  }
})
