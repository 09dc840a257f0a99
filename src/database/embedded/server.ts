/**
 * PostgreSQL that the server starts for itself: unix socket only, durable, run by another account when we are root.
 *
 * Invariants: one data folder has one PostgreSQL, which is a child of this process. One that an earlier, killed server left
 * behind is stopped first, which also ends its transactions. One that dies is started again; when it cannot be, `onLost` is called
 * once. `stop` ends it before our own exit. The caller holds the lock of the data folder.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Logger, silentLogger } from '../../shared/index.ts'
import type { DatabaseConnection } from '../connection.ts'
import { fail } from '../errors.ts'
import { type Account, postgresAccount } from './account.ts'
import { type Binaries, findBinaries, usableBinaries } from './binaries.ts'
import { isTemporarySocketFolder, makePrivateFolder, makeSocketFolder, postgresHome } from './places.ts'
import { isAlive, readPostmasterFile, removeStaleFile, servesFolder } from './postmaster-file.ts'

export interface EmbeddedPostgres {
  readonly connection: Extract<DatabaseConnection, { socketDirectory: string }>
  /** Process id of PostgreSQL at this moment. */
  readonly pid: number
  /** Lets this process end without waiting for PostgreSQL (test runners). */
  unref(): void
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** The server's data folder; PostgreSQL's own folders are made beneath. */
  readonly dataDirectory: string
  readonly logger?: Logger
  /** Further settings, e.g. `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** PostgreSQL died and could not be started again. */
  readonly onLost?: (error: Error) => void
}

const user = 'bdrcloud'
const startTimeout = 60_000
const stopTimeout = 30_000
const restartAttempts = 5

/** Starts PostgreSQL (making its data at first, about a second). Throws DB_START_FAILED, DB_NO_BINARIES, DB_CLUSTER_VERSION, DB_ORPHAN_STUCK. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const logger = options.logger ?? silentLogger
  const account = postgresAccount()
  const home = postgresHome(options.dataDirectory, account)
  const binaries = usableBinaries(findBinaries(), home, account !== null)
  const place = makePrivateFolder(join(home, 'postgresql'), account)
  const dataFolder = join(place, `data-${binaries.major}`)
  const context: Context = { account, binaries, dataFolder, logger, settings: options.settings ?? {} }

  await makeCluster(context)
  await clearOrphan(context)
  const socketDirectory = makeSocketFolder(place, account)
  let child = await launch(context, socketDirectory)
  let stopping: Promise<void> | null = null
  let referenced = true

  const supervise = (watched: ChildProcess): void => {
    if (!referenced) unreference(watched)
    watched.once('exit', (code, signal) => {
      if (stopping) return
      logger.error({ code, signal }, 'PostgreSQL ended unexpectedly; starting it again')
      restart().catch((error: Error) => {
        if (!stopping) options.onLost?.(error)
      })
    })
  }
  const restart = async (): Promise<void> => {
    for (let attempt = 1; !stopping; attempt += 1) {
      try {
        const next = await launch(context, socketDirectory)
        child = next
        if (stopping) return end(next)
        supervise(next)
        logger.info({ pid: next.pid }, 'PostgreSQL runs again')
        return
      } catch (error) {
        if (attempt === restartAttempts) throw error
        // The workers of the dead one take a moment to notice and leave the shared memory.
        await new Promise((resolve) => setTimeout(resolve, 200 * attempt))
      }
    }
  }
  const stop = async (): Promise<void> => {
    await end(child)
    if (isTemporarySocketFolder(socketDirectory)) rmSync(socketDirectory, { recursive: true, force: true })
  }
  supervise(child)
  logger.debug({ pid: child.pid, dataFolder, socketDirectory }, 'PostgreSQL is ready')

  return {
    connection: { socketDirectory, database: 'postgres', user },
    get pid() {
      return child.pid ?? 0
    },
    unref: () => {
      referenced = false
      unreference(child)
    },
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

interface Context {
  readonly account: Account | null
  readonly binaries: Binaries
  readonly dataFolder: string
  readonly logger: Logger
  readonly settings: Readonly<Record<string, string>>
}

/** Makes the data folder under another name and renames it when whole, so that a kill in the middle leaves nothing half made. */
async function makeCluster(context: Context): Promise<void> {
  const { binaries, dataFolder } = context
  if (existsSync(dataFolder)) {
    const found = readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8').trim()
    if (found !== binaries.major) {
      throw fail('DB_CLUSTER_VERSION', { folder: dataFolder, found, expected: binaries.major })
    }
    return
  }
  const partial = `${dataFolder}.new`
  rmSync(partial, { recursive: true, force: true })
  const child = run(context, 'initdb', [
    '-D',
    partial,
    '-U',
    user,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-instructions',
  ])
  const output = collect(child)
  const code = await exitOf(child, startTimeout)
  if (code !== 0) throw fail('DB_START_FAILED', { reason: `initdb: ${output()}`, folder: dataFolder })
  renameSync(partial, dataFolder)
}

async function clearOrphan({ dataFolder, logger }: Context): Promise<void> {
  const file = readPostmasterFile(dataFolder)
  if (!file) return
  if (servesFolder(file.pid, dataFolder)) {
    logger.warn({ pid: file.pid }, 'stopping the PostgreSQL that an earlier server left behind')
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if (isAlive(file.pid)) process.kill(file.pid, signal)
      if (await waitUntilGone(file.pid, signal === 'SIGINT' ? stopTimeout : 5000)) break
    }
    if (isAlive(file.pid) && servesFolder(file.pid, dataFolder))
      throw fail('DB_ORPHAN_STUCK', { pid: file.pid })
  } else if (isAlive(file.pid)) {
    removeStaleFile(dataFolder)
  }
  if (isTemporarySocketFolder(file.socketDirectory)) {
    rmSync(file.socketDirectory, { recursive: true, force: true })
  }
}

async function waitUntilGone(pid: number, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds
  while (isAlive(pid)) {
    if (performance.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

async function launch(context: Context, socketDirectory: string): Promise<ChildProcess> {
  const { dataFolder, logger } = context
  const settings = {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    max_connections: '120',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...context.settings,
  }
  const child = run(context, 'postgres', [
    '-D',
    dataFolder,
    '-k',
    socketDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  const lines: string[] = []
  const ready = Promise.withResolvers<void>()
  const timer = setTimeout(() => ready.reject(new Error('it was not ready in time')), startTimeout)
  let rest = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = (parts.pop() ?? '').slice(-10_000)
    for (const line of parts) {
      lines.push(line)
      if (lines.length > 20) lines.shift()
      if (line.includes('database system is ready to accept connections')) ready.resolve()
      if (/ (PANIC|FATAL|WARNING): /.test(line)) logger.warn({ postgres: line }, 'PostgreSQL says')
      else logger.debug({ postgres: line }, 'PostgreSQL says')
    }
  })
  child.once('error', (error) => ready.reject(error))
  child.once('exit', (code) => ready.reject(new Error(`it ended with code ${code}`)))
  try {
    await ready.promise
    return child
  } catch (error) {
    child.kill('SIGKILL')
    const reason = [error instanceof Error ? error.message : String(error), ...lines.slice(-3)].join('; ')
    throw fail('DB_START_FAILED', { reason, folder: dataFolder }, error)
  } finally {
    clearTimeout(timer)
  }
}

/** In a session of its own, so that Ctrl-C at the terminal reaches only us and PostgreSQL outlives our last writes. */
function run({ binaries, account }: Context, program: string, args: string[]): ChildProcess {
  return spawn(join(binaries.folder, 'bin', program), args, {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      LD_LIBRARY_PATH: join(binaries.folder, 'lib'),
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
    },
    ...account,
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-2000)
  })
  return () => text.trim()
}

/** Exit code of a child, -1 when it could not be started or had to be killed. */
function exitOf(child: ChildProcess, milliseconds: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
    const done = (code: number | null) => {
      clearTimeout(timer)
      resolve(code ?? -1)
    }
    child.once('error', () => done(-1))
    child.once('exit', done)
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timers = [
    setTimeout(() => child.kill('SIGQUIT'), stopTimeout),
    setTimeout(() => child.kill('SIGKILL'), stopTimeout + 5000),
  ]
  child.kill('SIGINT')
  await gone
  for (const timer of timers) clearTimeout(timer)
}

function unreference(child: ChildProcess): void {
  child.unref()
  if (child.stderr && 'unref' in child.stderr && typeof child.stderr.unref === 'function')
    child.stderr.unref()
}
