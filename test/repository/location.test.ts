/** Locations as restic's users write them. */
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { backendOf, hasPassword, locationBeneath, publicLocation } from '../../src/repository/index.ts'
import { scratchFolder } from './support.ts'

const azure = { AZURE_ACCOUNT_NAME: 'account', AZURE_ACCOUNT_KEY: 'a2V5' }
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

test('each kind of location opens its kind of place, and nothing is asked of it yet', async (context) => {
  const folder = await scratchFolder(context)
  for (const [location, kind] of [
    [join(folder, 'a:b'), 'local folder'],
    [`local:${folder}`, 'local folder'],
    ['rest:http://127.0.0.1:1/path/', 'REST server'],
    ['s3:s3.eu-central-1.amazonaws.com/bucket/some/prefix', 'S3 bucket'],
    ['s3:https://host:9000/bucket', 'S3 bucket'],
    ['s3://host/bucket/prefix', 'S3 bucket'],
    ['azure:container:/', 'Azure container'],
    ['azure:container:/some/prefix', 'Azure container'],
  ] as const) {
    const backend = await backendOf(location, { environment: azure })
    assert.equal(backend.features.kind, kind, location)
    await backend.close()
  }
})

test('what is no location is refused, and no secret is in the message', async () => {
  for (const location of [
    '',
    'rest:',
    'rest:no url',
    's3:',
    's3:host-only',
    's3:https://key:secret@host/bucket',
    'azure:',
    'azure:container',
    'sftp:user@host:/path',
  ])
    await assert.rejects(backendOf(location, { environment: azure }), (error) => {
      assert.ok(code('STO_LOCATION_INVALID')(error) && error instanceof Error, location)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
  await assert.rejects(backendOf('azure:container:/'), /AZURE_ACCOUNT_NAME/)
  await assert.rejects(
    backendOf('azure:container:/', { environment: { AZURE_ACCOUNT_NAME: 'account' } }),
    /the account’s key or a shared access signature/,
  )
})

test('only buckets can be asked to keep files', async () => {
  const retention = { days: 1, mode: 'compliance' } as const
  const backend = await backendOf('s3:host/bucket', { retention })
  assert.deepEqual(backend.features.retention, retention)
  await backend.close()
  for (const location of ['/folder', 'rest:http://host/', 'azure:container:/'])
    await assert.rejects(
      backendOf(location, { environment: azure, retention }),
      code('STO_RETENTION_UNSUPPORTED'),
    )
})

test('repositories of a vault lie beneath its location, whatever the place', async (context) => {
  const folder = await scratchFolder(context)
  await mkdir(join(folder, 'vault'))
  for (const [vault, expected] of [
    ['/srv/vault', '/srv/vault/one'],
    ['/srv/vault/', '/srv/vault/one'],
    ['rest:http://host/vault', 'rest:http://host/vault/one/'],
    ['rest:http://host/', 'rest:http://host/one/'],
    ['s3:host/bucket', 's3:host/bucket/one'],
    ['s3:host/bucket/prefix/', 's3:host/bucket/prefix/one'],
    ['azure:container:/', 'azure:container:/one'],
    ['azure:container:/prefix', 'azure:container:/prefix/one'],
  ] as const)
    assert.equal(locationBeneath(vault, 'one'), expected)
})

test('a password in a location is not shown', () => {
  assert.equal(publicLocation('rest:https://user:secret@host/x/'), 'rest:https://user:***@host/x/')
  assert.equal(publicLocation('s3:host/bucket'), 's3:host/bucket')
  assert.ok(hasPassword('rest:https://user:secret@host/x/'))
  assert.ok(!hasPassword('rest:https://user@host/x/'))
})
