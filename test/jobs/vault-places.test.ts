/** The whole backup and restore of an organization with its vault in other places than a folder. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { createVault, repositoryView, type Vault } from '../../src/jobs/index.ts'
import { retentionUntil, s3Backend } from '../../src/repository/index.ts'
import { createRecoveryKits } from '../../src/security/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { emulator, startAzurite } from '../azurite.ts'
import { cephMissing, startCeph } from '../ceph.ts'
import { bucketsOf } from '../repository/s3.ts'
import { findings } from '../repository/support.ts'
import { openRestoreLab } from '../restores/restore-lab.ts'
import { vaultPassword } from './backup-service.ts'

/** Backs the tenant up twice, restores a mail, and answers the lab for a closer look. */
async function roundTrip(context: TestContext, place: Vault) {
  const lab = await openRestoreLab({ users: 2, mails: 20 }, { place })
  context.after(() => lab.stop())
  assert.equal((await lab.backUp()).state, 'succeeded')
  const mailbox = (await lab.mailboxes())[0]?.userPrincipalName ?? ''
  const [mail] = await lab.items(mailbox)
  assert.ok(mail)
  const life = lab.startRestores()
  const restored = await life.restore({
    selection: { items: [mail.id] },
    folder: { kind: 'named', name: 'Back again' },
  })
  assert.equal(restored.state, 'succeeded', JSON.stringify(restored))
  assert.equal((await lab.inFolder(mailbox, 'Back again')).length, 1)
  assert.equal((await lab.backUp()).state, 'succeeded')
  assert.deepEqual(await findings(await lab.repository()), [])
  return lab
}

function kitOf(vault: Vault) {
  const settings = { read: async () => undefined, write: async () => {} }
  return createRecoveryKits({
    settings: settings as never,
    clock: systemClock,
    instanceName: 'test',
    vault: vault.place,
    vaultPassword,
    outerKey: async () => ({ id: 'test', source: 'test', since: 0 }),
  }).make()
}

if (cephMissing) test('a vault in an S3 bucket', { skip: cephMissing }, () => undefined)
else {
  const ceph = await startCeph()
  const buckets = bucketsOf(ceph)
  const environment = {
    AWS_ACCESS_KEY_ID: ceph.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ceph.credentials.secretAccessKey,
  }

  test('a vault in a bucket with Object Lock: runs prolong the locks of all their restore point needs', async (context) => {
    const bucket = await buckets.make({ objectLock: true })
    const retention = { days: 14, mode: 'compliance' } as const
    const vault = await createVault({
      location: `s3:${ceph.endpoint}/${bucket}/vault`,
      environment,
      retention,
    })
    // Whole days, counted from before: midnight may fall between the runs and the look at them.
    const until = retentionUntil(14, Date.now())
    const lab = await roundTrip(context, vault)
    const { repositories } = lab.service
    for (let i = 0; ; i++) {
      const row = await repositories.find(lab.organizationId)
      if (row?.kept_snapshot_id === row?.head_snapshot_id && row?.kept_until) break
      assert.ok(i < 600, 'the locks were not prolonged')
      await systemClock.sleep(50)
    }
    const view = await repositoryView(repositories, lab.organizationId)
    assert.ok(Date.parse(view.retention?.keptUntil ?? '') >= until)
    assert.equal(view.location, `s3:${ceph.endpoint}/${bucket}/vault/${lab.organizationId}`)
    const backend = s3Backend({ ...buckets.access(bucket), prefix: `vault/${lab.organizationId}` })
    context.after(() => backend.close())
    for (const type of ['data', 'index', 'keys', 'config'] as const)
      for await (const { name } of backend.list(type))
        assert.ok(((await backend.stat(type, name))?.retainedUntil ?? 0) >= until, `${type}/${name}`)

    // A later day: what was locked then is not enough any more, so every pack is prolonged by the next run.
    const { db } = lab.database
    await db
      .updateTable('repositories')
      .set({ kept_until: new Date(0) })
      .execute()
    assert.equal((await lab.backUp()).state, 'succeeded')
    for (let i = 0; (await repositories.find(lab.organizationId))?.kept_until?.getTime() === 0; i++) {
      assert.ok(i < 600)
      await systemClock.sleep(50)
    }

    // The commands that console and kit show, with the secrets filled in, in a shell.
    const filled = view.commands
      .map((line) =>
        line.replace(
          /^export (\w+)=…$/,
          (_, name) => `export ${name}='${environment[name as keyof typeof environment]}'`,
        ),
      )
      .slice(0, -1)
    const { stdout } = await promisify(execFile)('sh', ['-ec', filled.join('\n')], {
      env: { ...process.env, RESTIC_PASSWORD: vaultPassword, RESTIC_CACHE_DIR: '/nonexistent/cache' },
    })
    assert.match(stdout, /3 snapshots/)
    const { text } = await kitOf(vault)
    assert.match(text, /AWS_SECRET_ACCESS_KEY/)
    assert.ok(!text.includes(ceph.credentials.secretAccessKey))
    assert.ok(!JSON.stringify(view).includes(ceph.credentials.secretAccessKey))
  })
}

test('a vault in an Azure container', async (context) => {
  const azurite = await startAzurite()
  const service = new BlobServiceClient(
    azurite.endpoint,
    new StorageSharedKeyCredential(emulator.account, emulator.key),
  )
  await service.createContainer('backups')
  const vault = await createVault({
    location: 'azure:backups:/vault',
    environment: {
      AZURE_ACCOUNT_NAME: emulator.account,
      AZURE_ACCOUNT_KEY: emulator.key,
      AZURE_STORAGE_SERVICE_ENDPOINT: azurite.endpoint,
    },
  })
  const lab = await roundTrip(context, vault)
  const view = await repositoryView(lab.service.repositories, lab.organizationId)
  assert.equal(view.location, `azure:backups:/vault/${lab.organizationId}`)
  assert.equal(view.retention, null)
  assert.ok(!(await kitOf(vault)).text.includes(emulator.key))
})

test('what cannot be a vault is said before anything is done, and without its secrets', async () => {
  for (const [options, code] of [
    [{ location: 'rest:https://user:secret@host/' }, 'JOB_VAULT_PASSWORD'],
    [{ location: 's3:host-without-bucket' }, 'STO_LOCATION_INVALID'],
    [{ location: 'azure:container:/' }, 'STO_LOCATION_INVALID'],
    [{ location: 'sftp:host:/x' }, 'STO_LOCATION_INVALID'],
    [{ location: '/folder', retention: { days: 1, mode: 'compliance' } }, 'STO_RETENTION_UNSUPPORTED'],
  ] as const)
    await assert.rejects(createVault(options), (error) => {
      assert.ok(error instanceof Error && 'code' in error)
      assert.equal(error.code, code)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
})

test('the kit says for each kind of place how to reach it', async () => {
  const environment = { AZURE_ACCOUNT_NAME: 'account', AZURE_ACCOUNT_KEY: 'c2VjcmV0' }
  const commands = async (location: string) =>
    (await kitOf(await createVault({ location, environment }))).commands
  assert.deepEqual(await commands('/srv/vault'), [
    'ls /srv/vault',
    'restic -r /srv/vault/REPOSITORY snapshots',
    'restic -r /srv/vault/REPOSITORY restore latest --target restored',
  ])
  assert.deepEqual((await commands('s3:s3.eu-central-1.amazonaws.com/bucket/vault')).slice(0, 4), [
    'aws --endpoint-url https://s3.eu-central-1.amazonaws.com s3 ls s3://bucket/vault/',
    'export AWS_ACCESS_KEY_ID=…',
    'export AWS_SECRET_ACCESS_KEY=…',
    'restic -r s3:s3.eu-central-1.amazonaws.com/bucket/vault/REPOSITORY snapshots',
  ])
  const azure = await commands('azure:container:/vault')
  assert.match(azure[0] ?? '', /^az storage blob list .*--container-name container --prefix vault\/ /)
  assert.ok(azure.includes('restic -r azure:container:/vault/REPOSITORY snapshots'))
  assert.deepEqual((await commands('rest:https://host/vault/')).slice(0, 3), [
    'export RESTIC_REST_USERNAME=…',
    'export RESTIC_REST_PASSWORD=…',
    'restic -r rest:https://host/vault/REPOSITORY/ snapshots',
  ])
})
