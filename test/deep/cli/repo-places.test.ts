/** Every command of repositories on every kind of place, with `--json`; stock restic has the last word. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { backendOf, createRestServer, localBackend } from '../../../src/repository/index.ts'
import { startAzurite } from '../../azurite.ts'
import { cephMissing, startCeph } from '../../ceph.ts'
import { jsonLines, repo, repoOn } from '../../cli/repo-command.ts'
import { assertSameTrees } from '../../repository/files-tree.ts'
import { madeUp } from '../../repository/material.ts'
import { account, rcloneMissing, startRclone } from '../../repository/rclone.ts'
import { bucketsOf } from '../../repository/s3.ts'
import { password, resticOn, scratchFolder } from '../../repository/support.ts'

interface Place {
  readonly location: string
  readonly variables: Readonly<Record<string, string>>
  /** Debian's restic 0.14 knows no other address of Azure than Microsoft's. */
  readonly restic: boolean
}

interface Kind {
  readonly what: string
  readonly skip: string | false
  readonly make: (context: TestContext) => Promise<Place>
}

const kinds: readonly Kind[] = [
  {
    what: 'a folder',
    skip: false,
    make: async (context) => ({
      location: join(await scratchFolder(context), 'repository'),
      variables: {},
      restic: true,
    }),
  },
  {
    what: 'a REST server',
    skip: rcloneMissing,
    async make(context) {
      const { url } = await startRclone(context)
      const variables = { RESTIC_REST_USERNAME: account.user, RESTIC_REST_PASSWORD: account.password }
      // restic 0.14 takes a user from the location only.
      return { location: `rest:${url}`, variables, restic: false }
    },
  },
  {
    what: 'our own REST server',
    skip: false,
    async make(context) {
      const server = createRestServer(localBackend(join(await scratchFolder(context), 'served')), {
        mode: 'full',
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
      context.after(() => {
        server.closeAllConnections()
        server.close()
      })
      const address = server.address()
      assert.ok(address !== null && typeof address === 'object')
      return { location: `rest:http://127.0.0.1:${address.port}/`, variables: {}, restic: true }
    },
  },
  {
    what: 'an S3 bucket',
    skip: cephMissing,
    async make() {
      const buckets = bucketsOf(await startCeph())
      return { ...buckets.restic(await buckets.make(), 'some/repository'), restic: true }
    },
  },
  {
    what: 'an Azure container',
    skip: false,
    async make() {
      const { account: name, key, endpoint } = await startAzurite()
      const service = new BlobServiceClient(endpoint, new StorageSharedKeyCredential(name, key))
      await service.createContainer('container')
      const variables = {
        AZURE_ACCOUNT_NAME: name,
        AZURE_ACCOUNT_KEY: key,
        AZURE_STORAGE_SERVICE_ENDPOINT: endpoint,
      }
      return { location: 'azure:container:/some/repository', variables, restic: false }
    },
  },
]

type Fields = Readonly<Record<string, unknown>>

function fieldsOf(line: unknown): Fields {
  assert.ok(typeof line === 'object' && line !== null && !Array.isArray(line), JSON.stringify(line))
  return { ...line }
}

for (const { what, skip, make } of kinds) {
  test(`every command works on ${what}`, { skip }, async (context) => {
    const { location, variables, restic } = await make(context)
    const around = await scratchFolder(context)
    const [source, target] = [join(around, 'source'), join(around, 'target')]
    mkdirSync(join(source, 'inner'), { recursive: true })
    writeFileSync(join(source, 'inner/one'), madeUp('one', 900_000))
    writeFileSync(join(source, 'two'), 'two')
    const newPassword = join(around, 'new-password')
    writeFileSync(newPassword, 'another')
    const environment = { ...variables, RESTIC_REPOSITORY: location, RESTIC_PASSWORD: password }
    const on = repoOn(environment)
    const json = (...parameters: string[]) => on.json(...parameters)

    assert.equal(fieldsOf((await json('init'))[0])['message_type'], 'initialized')
    const first = fieldsOf((await json('backup', source)).at(-1))
    assert.equal(first['files_new'], 2)
    writeFileSync(join(source, 'two'), 'three')
    assert.equal(fieldsOf((await json('backup', source, '--tag', 'second')).at(-1))['files_changed'], 1)
    const [listed] = await json('snapshots')
    assert.ok(Array.isArray(listed) && listed.length === 2)
    assert.ok((await json('ls', `latest:${source}`)).length >= 3)
    assert.equal(
      fieldsOf((await json('restore', `latest:${source}`, target, '--verify')).at(-1))['message_type'],
      'summary',
    )
    assertSameTrees(source, target)
    assert.equal(await on.text('dump', 'latest', join(source, 'two')), 'three')
    await json('check', '--read-data')
    await json('validate')
    await json('stats')
    await json('forget', '--keep-last', '1', '--prune')
    await json('prune', '--max-unused', '0')
    await json('repair-index', '--read-all-packs')
    await json('key', 'add', '--new-password-file', newPassword)
    await json('key', 'list')
    await json('unlock')
    await json('validate')

    // Out of it into a folder, and back.
    const copy = join(around, 'copy')
    const onCopy = repoOn({
      ...variables,
      RESTIC_PASSWORD: password,
      RESTIC_REPOSITORY: copy,
      RESTIC_FROM_REPOSITORY: location,
      RESTIC_FROM_PASSWORD: password,
    })
    await onCopy.json('init', '--copy-chunker-params')
    await onCopy.json('copy')
    await onCopy.json('validate')
    await resticOn(copy)('check', '--read-data')
    await onCopy.json('backup', newPassword)
    const back = repoOn({ ...environment, RESTIC_FROM_REPOSITORY: copy, RESTIC_FROM_PASSWORD: password })
    await back.json('copy')
    await json('check', '--read-data')

    // What fails says so the same way everywhere.
    const wrong = await repo(['snapshots', '--json'], {
      environment: { ...environment, RESTIC_PASSWORD: 'wrong' },
    })
    assert.equal(wrong.code, 12)
    assert.equal(fieldsOf(jsonLines(wrong.out).at(-1))['message_type'], 'exit_error')
    const backend = await backendOf(location, { environment })
    assert.deepEqual(await Array.fromAsync(backend.list('locks')), [])
    await backend.close()
    if (restic) await resticOn(location, variables)('check', '--read-data')
    assert.equal(readFileSync(join(target, 'two'), 'utf8'), 'three')
  })
}
