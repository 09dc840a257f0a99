/** A place that holds a command at a certain request until it is cancelled, so that the middle is always the same. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import {
  type Backend,
  type ByteRange,
  backupDirectory,
  createRestServer,
  type FileType,
  forget,
  initRepository,
  localBackend,
  openRepository,
  validateRepository,
} from '../../src/repository/index.ts'
import { cheapScrypt, password, resticOn, scratchFolder } from '../repository/support.ts'
import { jsonLines, type RunOptions, repo } from './repo-command.ts'

export type Step = 'save' | 'load' | 'remove' | 'list'
export type Held = (step: Step, type: FileType, range: ByteRange | undefined) => boolean

/** A place that never answers a request which `isHeld`, and says when the first and the second came. */
function holding(backend: Backend, isHeld: Held) {
  const moments = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const reached = moments.map(({ promise }) => promise)
  const hold = (): Promise<never> => {
    moments.shift()?.resolve()
    return new Promise(() => undefined)
  }
  const held: Backend = {
    ...backend,
    save: (type, name, bytes, signal) =>
      isHeld('save', type, undefined) ? hold() : backend.save(type, name, bytes, signal),
    load: (type, name, range, signal) =>
      isHeld('load', type, range) ? hold() : backend.load(type, name, range, signal),
    remove: (type, name, signal) =>
      isHeld('remove', type, undefined) ? hold() : backend.remove(type, name, signal),
    async *list(type, signal) {
      if (isHeld('list', type, undefined)) await hold()
      yield* backend.list(type, signal)
    },
  }
  return { held, reached }
}

/** A repository with a snapshot of a folder, another forgotten, and the way to cancel a command that works on it. */
export async function place(context: TestContext) {
  const around = await scratchFolder(context)
  const [source, folder] = [join(around, 'source'), join(around, 'repository')]
  mkdirSync(source)
  for (let file = 0; file < 20; file++) writeFileSync(join(source, `${file}`), randomBytes(100_000))
  const backend = localBackend(folder)
  await initRepository(backend, { password, scrypt: cheapScrypt })
  const repository = await openRepository(backend, { password, host: 'test' })
  await backupDirectory(repository, source)
  for (let file = 10; file < 20; file++) writeFileSync(join(source, `${file}`), randomBytes(100_000))
  await backupDirectory(repository, source)
  await forget(repository, { last: 1 })
  const kept = await repository.findSnapshot('latest')
  await repository.close()

  const interrupted = async (
    times: number,
    isHeld: Held,
    parameters: readonly string[],
    options: RunOptions = {},
  ) => {
    const { held, reached } = holding(backend, isHeld)
    const server = createRestServer(held, { mode: 'full' }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const location = `rest:http://127.0.0.1:${address.port}/`
    const environment = {
      RESTIC_REPOSITORY: location,
      RESTIC_FROM_REPOSITORY: location,
      RESTIC_PASSWORD: password,
      RESTIC_FROM_PASSWORD: password,
      ...options.environment,
    }
    const interrupts = reached.slice(0, times)
    const outcome = await repo([...parameters, '--json'], { ...options, environment, interrupts })
    server.closeAllConnections()
    server.close()
    return outcome
  }
  const cancelled = (isHeld: Held, ...parameters: string[]) => interrupted(1, isHeld, parameters)
  /** No lock, no error, the snapshot, and nothing that stock restic minds. */
  const assertWhole = async (what: string) => {
    assert.deepEqual(await Array.fromAsync(backend.list('locks')), [], what)
    const opened = await openRepository(backend, { password, host: 'test' })
    const findings = await Array.fromAsync(validateRepository(opened))
    // Warnings tell of leftovers that the next prune removes.
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
      what,
    )
    assert.deepEqual(
      (await opened.listSnapshots()).map(({ id }) => id),
      [kept.id],
      what,
    )
    await opened.close()
  }
  const resticPasses = () => resticOn(folder)('check', '--read-data')
  return { around, source, folder, kept, interrupted, cancelled, assertWhole, resticPasses }
}

export function assertCancelled(
  { code, out, err }: { code: number | null; out: string; err: string },
  what: string,
): void {
  assert.equal(code, 130, `${what}: ${err}`)
  assert.match(err, /Cancelled; cleaning up/)
  assert.deepEqual(jsonLines(out).at(-1), { message_type: 'exit_error', code: 130, message: 'cancelled' })
}
