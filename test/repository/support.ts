/** Shared by the tests of this room: scratch folders, cheap keys, stock restic. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import {
  type Backend,
  type Finding,
  initRepository,
  localBackend,
  memoryBackend,
  openRepository,
  type Repository,
  validateRepository,
} from '../../src/repository/index.ts'

export const password = 'geheim'
/** Weak on purpose: tests open many repositories. */
export const cheapScrypt = { N: 1024, r: 8, p: 1 }
/** An irreducible polynomial, the one of restic's own tests. */
export const polynomial = '3da3358b4dc173'

export async function scratchFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'repository-test-'))
  // Who writes in it may end after it: hooks come in the order in which they were given.
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

export async function newRepository(
  context: TestContext,
  backend: Backend = memoryBackend(),
  host = 'test-instance',
): Promise<Repository> {
  await initRepository(backend, { password, scrypt: cheapScrypt, chunkerPolynomial: polynomial })
  return openedRepository(context, backend, host)
}

export async function openedRepository(
  context: TestContext,
  backend: Backend,
  host = 'test-instance',
): Promise<Repository> {
  const repository = await openRepository(backend, { password, host })
  context.after(() => repository.close())
  return repository
}

/** A new repository in a folder, which stock restic can open too. */
export async function localRepository(context: TestContext) {
  const folder = await scratchFolder(context)
  const repository = await newRepository(context, localBackend(folder))
  return { folder, repository, restic: resticOn(folder) }
}

/** Runs stock restic on a repository and answers its standard output. Rejects with its messages when it fails. */
export function resticOn(location: string, variables: Readonly<Record<string, string>> = {}) {
  return async (...parameters: string[]): Promise<string> => {
    const own = { RESTIC_PASSWORD: password, RESTIC_REPOSITORY: location }
    const environment = { ...process.env, ...own, ...variables }
    const options = { env: environment, maxBuffer: 1 << 28 }
    try {
      const { stdout } = await promisify(execFile)('restic', ['--no-cache', ...parameters], options)
      return stdout
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
        throw new Error('stock restic is not in PATH: install it (apt-get install restic)', { cause })
      }
      throw cause
    }
  }
}

/** What a run that was interrupted may leave behind; nothing is lost by it, and the next prune removes it. */
const leftovers: ReadonlySet<string> = new Set(['STO_PACK_NOT_INDEXED', 'STO_PACK_UNREACHABLE'])

/** The findings that an interrupted run does not excuse. `harmless`: further codes that are expected. */
export async function severeFindings(
  repository: Repository,
  harmless: readonly string[] = [],
): Promise<Finding[]> {
  return (await findings(repository)).filter(({ code }) => !leftovers.has(code) && !harmless.includes(code))
}

/**
 * Starts stock restic and interrupts it as soon as `isEnough` says so: restic 0.14 tries what it is refused for most of a minute. It
 * takes its locks away then. Answers whether it failed.
 */
export async function resticUntil(
  location: string,
  parameters: readonly string[],
  isEnough: () => boolean,
  variables: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const own = { RESTIC_PASSWORD: password, RESTIC_REPOSITORY: location }
  const program = spawn('restic', ['--no-cache', ...parameters], {
    env: { ...process.env, ...own, ...variables },
    stdio: 'ignore',
  })
  const ended = once(program, 'exit')
  const timer = setInterval(() => isEnough() && program.kill('SIGINT'), 50)
  try {
    const [code] = await ended
    return code !== 0
  } finally {
    clearInterval(timer)
  }
}

export async function findings(repository: Repository): Promise<Finding[]> {
  return Array.fromAsync(validateRepository(repository))
}

export async function findingCodes(repository: Repository): Promise<string[]> {
  return [...new Set((await findings(repository)).map(({ code }) => code))].sort()
}
