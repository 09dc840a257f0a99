/** Repositories in Azure Blob Storage, on Azurite. */
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import {
  type BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { type AzureBackendOptions, azureBackend } from '../../src/repository/index.ts'
import { azuriteFlags, azuriteProgram, emulator, startAzurite } from '../azurite.ts'
import { freePort } from '../free-port.ts'
import { backendContract } from './backend-contract.ts'
import { startCuttingProxy } from './cutting-proxy.ts'
import { assertHolds, backUp, filesOf } from './material.ts'
import { quick } from './s3.ts'
import { findings, newRepository, openedRepository, password, scratchFolder } from './support.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected
const azurite = await startAzurite()
const credential = new StorageSharedKeyCredential(azurite.account, azurite.key)
const service = new BlobServiceClient(azurite.endpoint, credential)
let made = 0

async function newContainer(): Promise<AzureBackendOptions & { key: string }> {
  const container = `container-${++made}`
  await service.createContainer(container)
  const { account, key, endpoint } = azurite
  return { account, key, endpoint, container, prefix: '/some/repository/', ...quick }
}

function opened(context: TestContext, options: AzureBackendOptions) {
  const backend = azureBackend(options)
  context.after(() => backend.close())
  return backend
}

backendContract('Azure container', async (context) => opened(context, await newContainer()))

test('a file of many blocks appears when all of them are there, with every byte', async (context) => {
  const access = await newContainer()
  const proxy = await startCuttingProxy(context, azurite.endpoint)
  const direct = opened(context, access)
  const bytes = randomBytes(70 * 1024 * 1024)
  const endpoint = azurite.endpoint.replace(/^http:..[^/]*/, proxy.url)
  const once = opened(context, { ...access, endpoint, attempts: 1 })
  proxy.cut({ direction: 'up', after: 40_000_000 })
  await assert.rejects(once.save('data', idOf(bytes), bytes), code('STO_STORAGE_FAILED'))
  assert.equal(proxy.cuts, 1)
  assert.deepEqual(await Array.fromAsync(direct.list('data')), [])
  // Of two at once, the second is refused, or finds after a lost commit that its very bytes are there.
  const both = await Promise.allSettled([1, 2].map(() => direct.save('data', idOf(bytes), bytes)))
  assert.ok(both.some(({ status }) => status === 'fulfilled'))
  for (const one of both) if (one.status === 'rejected') assert.ok(code('STO_FILE_EXISTS')(one.reason))
  assert.ok((await direct.load('data', idOf(bytes))).equals(bytes))
})

test('connections that break during uploads and downloads are made up for, and nothing half is seen', async (context) => {
  const access = await newContainer()
  const proxy = await startCuttingProxy(context, azurite.endpoint)
  const endpoint = azurite.endpoint.replace(/^http:..[^/]*/, proxy.url)
  const direct = opened(context, access)
  const bytes = randomBytes(9_000_000)
  proxy.cut({ direction: 'up', after: 4_000_000 })
  const once = opened(context, { ...access, endpoint, attempts: 1 })
  await assert.rejects(once.save('data', idOf(bytes), bytes), code('STO_STORAGE_FAILED'))
  assert.deepEqual(await Array.fromAsync(direct.list('data')), [])
  const patient = opened(context, { ...access, endpoint })
  proxy.cut({ direction: 'up', after: 1000 }, { direction: 'up', after: 8_000_000 })
  await patient.save('data', idOf(bytes), bytes)
  proxy.cut({ direction: 'down', after: 0 })
  await patient.save('index', idOf(bytes), bytes)
  proxy.cut({ direction: 'down', after: 2_000_000 }, { direction: 'down', after: 100 })
  assert.ok((await patient.load('data', idOf(bytes))).equals(bytes))
  const range = { offset: 1_000_000, length: 3_000_000 }
  proxy.cut({ direction: 'down', after: 1_000_000 })
  assert.ok((await patient.load('data', idOf(bytes), range)).equals(bytes.subarray(1_000_000, 4_000_000)))
  assert.equal(proxy.cuts, 7)
})

test('a shared access signature is enough, and what it does not allow is told without showing it', async (context) => {
  const { key: _, ...access } = await newContainer()
  const expiresOn = new Date(Date.now() + 3_600_000)
  const signed = (permissions: ContainerSASPermissions | BlobSASPermissions) =>
    generateBlobSASQueryParameters(
      { containerName: access.container, permissions, expiresOn },
      credential,
    ).toString()
  const all = opened(context, { ...access, sas: signed(ContainerSASPermissions.parse('racwdl')) })
  const bytes = Buffer.from('kept')
  await all.save('data', idOf(bytes), bytes)
  const sas = signed(ContainerSASPermissions.parse('rl'))
  const reader = opened(context, { ...access, sas: `?${sas}` })
  assert.deepEqual(await reader.load('data', idOf(bytes)), bytes)
  await assert.rejects(reader.remove('data', idOf(bytes)), (error) => {
    assert.ok(code('STO_STORAGE_DENIED')(error) && error instanceof Error)
    const signature = new URLSearchParams(sas).get('sig') ?? ''
    for (const text of [error.message, String(error.cause), JSON.stringify(error), error.stack ?? ''])
      assert.ok(!text.includes(signature) && !text.includes(encodeURIComponent(signature)))
    return true
  })
})

test('wrong keys, missing containers and places where nobody listens are told apart', async (context) => {
  const access = await newContainer()
  const key = Buffer.from('wrong key').toString('base64')
  const denied = opened(context, { ...access, key })
  await assert.rejects(denied.load('config', 'config'), (error) => {
    assert.ok(code('STO_STORAGE_DENIED')(error) && error instanceof Error)
    assert.ok(!error.message.includes(key))
    return true
  })
  const missing = opened(context, { ...access, container: 'not-there' })
  await assert.rejects(missing.stat('config', 'config'), /there is no container “not-there”/)
  await assert.rejects(missing.save('config', 'config', Buffer.from('x')), code('STO_STORAGE_UNSUITABLE'))
  await assert.rejects(Array.fromAsync(missing.list('data')), code('STO_STORAGE_UNSUITABLE'))
  const closed = opened(context, { ...access, endpoint: `http://127.0.0.1:${await freePort()}/x` })
  await assert.rejects(closed.stat('config', 'config'), /ECONNREFUSED/)
})

test('addresses and keys that are none are refused before anything is asked', () => {
  const key = Buffer.from('key').toString('base64')
  for (const bad of [
    { account: 'UPPER', key, container: 'container' },
    { account: 'account', key, container: '../x' },
    { account: 'account', key, container: 'container', endpoint: 'ftp://host' },
    { account: 'account', container: 'container' },
    { account: 'account', key, sas: 'sv=1', container: 'container' },
    { account: 'account', key: 'no base64!', container: 'container' },
  ])
    assert.throws(() => azureBackend(bad), code('STO_LOCATION_INVALID'))
})

const lacking = ['/usr/sbin/ip', '/usr/bin/restic'].some((program) => !existsSync(program))
  ? 'restic or ip is not installed'
  : spawnSync('unshare', ['--net', 'true']).status !== 0 && 'a network of its own needs root'

/**
 * Stock restic 0.14 reaches no other test server than the emulator's fixed address. It has that address to itself in a network
 * namespace of its own, where a second server has the same files.
 */
const script = `
set -e
ip link set lo up
"$0" "$1" --blobHost 127.0.0.1 --blobPort 10000 --location "$2" ${azuriteFlags.join(' ')} >/dev/null &
server=$!
trap 'kill $server; wait $server' EXIT
until (exec 3<>/dev/tcp/127.0.0.1/10000) 2>/dev/null; do kill -0 $server; sleep 0.1; done
restic --no-cache check --read-data
restic --no-cache backup "$3"
restic --no-cache forget "$4" --prune
`

test('stock restic opens, checks, adds to and prunes what was written to Azure, and the result is sound for us', {
  skip: lacking ?? false,
}, async (context) => {
  const folder = await scratchFolder(context)
  const container = 'shared'
  const first = await startAzurite(folder)
  const access = { ...emulator, container, prefix: 'some/repository', ...quick }
  await new BlobServiceClient(first.endpoint, credential).createContainer(container)
  const repository = await newRepository(context, azureBackend({ ...access, endpoint: first.endpoint }))
  const files = filesOf(1)
  const ours = await backUp(repository, files)
  const kept = await backUp(repository, filesOf(2))
  assert.deepEqual(await findings(repository), [])
  await first.stop()

  const environment = {
    ...process.env,
    AZURE_ACCOUNT_NAME: emulator.account,
    AZURE_ACCOUNT_KEY: emulator.key,
    RESTIC_REPOSITORY: `azure:${container}:/some/repository`,
    RESTIC_PASSWORD: password,
  }
  const content = await scratchFolder(context)
  const inside = ['--net', 'bash', '-c', script, process.execPath, azuriteProgram, folder, content, ours]
  await promisify(execFile)('unshare', inside, { env: environment, timeout: 120_000 })

  const second = await startAzurite(folder)
  const again = await openedRepository(context, azureBackend({ ...access, endpoint: second.endpoint }))
  assert.deepEqual(await findings(again), [])
  assert.equal((await again.listSnapshots()).length, 2)
  await assertHolds(again, kept, filesOf(2))
})
