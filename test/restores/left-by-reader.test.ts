/** Whoever leaves while an item is being looked at ends the reading of it. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { createDownloadService, createOutlookDownloads } from '../../src/jobs/index.ts'
import { registerMailRoutes, registerOutlookRoutes } from '../../src/server/index.ts'
import { systemClock } from '../../src/shared/index.ts'
import { openBackupLab } from '../jobs/backup-lab.ts'
import { createTestServer } from '../server.ts'

const lab = await openBackupLab({ users: 1, mails: 1, events: 1, contacts: 0, tasks: 0 })
const { db } = lab.database
await db
  .updateTable('organizations')
  .set({ workloads: JSON.stringify(['mail', 'calendar']) })
  .execute()
assert.equal((await lab.backUp()).state, 'succeeded')

/** Tells of each blob that is asked for, and reads it only when nobody waits for it any more. */
const asked = new PassThrough({ objectMode: true })
const repositories = {
  async open(id: string) {
    const repository = await lab.service.repositories.open(id)
    const loadBlob: typeof repository.loadBlob = async (blob, type, signal) => {
      assert.ok(signal)
      const left = once(signal, 'abort')
      asked.write(signal)
      await left
      return repository.loadBlob(blob, type, signal)
    }
    return { ...repository, loadBlob }
  },
}
const log = new PassThrough()
const logged: string[] = []
log.on('data', (line) => logged.push(String(line)))
const organizations = { get: async () => undefined }
const downloads = createDownloadService({ db, repositories, clock: systemClock })
const outlookDownloads = createOutlookDownloads({ db, repositories })
const server = await createTestServer({
  logger: pino({ level: 'warn' }, log),
  routes: (api) => {
    registerMailRoutes(api, { db, downloads, organizations })
    registerOutlookRoutes(api, { outlookDownloads, organizations })
  },
})
after(async () => {
  await server.stop()
  await lab.stop()
})

test('reading ends with the client that asked, and is no fault of the server', async () => {
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { headers } = await server.signIn()
  const idOf = async (workload: 'mail' | 'calendar') => {
    const { id } = await db
      .selectFrom('items')
      .innerJoin('resources', 'resources.id', 'items.resource_id')
      .where('resources.workload', '=', workload)
      .select('items.id')
      .executeTakeFirstOrThrow()
    return id
  }
  const mail = `/items/${await idOf('mail')}`
  const event = `/outlook-items/${await idOf('calendar')}`
  for (const path of [
    mail,
    `${mail}/preview`,
    `${mail}/attachments/0`,
    event,
    `${event}/preview`,
    `${event}/photo`,
    `${event}/attachments/0`,
    `${event}/content?format=json`,
  ]) {
    const client = new AbortController()
    const answer = fetch(`${address}/api/v1${path}`, { headers, signal: client.signal })
    const [signal] = (await once(asked, 'data', { signal: AbortSignal.timeout(60_000) })) as [AbortSignal]
    assert.ok(!signal.aborted, path)
    const left = once(signal, 'abort', { signal: AbortSignal.timeout(60_000) })
    client.abort()
    await assert.rejects(answer, { name: 'AbortError' })
    await left
  }
  await server.app.close()
  assert.deepEqual(logged, [])
})
