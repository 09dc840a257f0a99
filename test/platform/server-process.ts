/** The real server as a process of its own, for tests of start, stop and kill. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A test, or whatever else says when it is over. */
export interface Cleanup {
  after(end: () => unknown): void
}

export interface ServerProcess {
  readonly address: string
  readonly setupLink: string | null
  readonly child: ChildProcess
  /** Everything written to stderr so far. */
  readonly log: () => string
  readonly stdout: () => string
  /** Sends the signal and waits for the end; the exit code, null after a kill. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
}

const program = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

const ends = new WeakMap<Cleanup, (() => unknown)[]>()

/** Ends what a test began, the last first: the runner's own hooks come in the order of the beginning, and a folder would go before who writes in it. */
export function atEnd(t: Cleanup, end: () => unknown): void {
  const known = ends.get(t)
  if (known) {
    known.unshift(end)
    return
  }
  const all = [end]
  ends.set(t, all)
  t.after(async () => {
    for (const one of all) await one()
  })
}

/** A folder that other accounts can pass through, as PostgreSQL's needs to when the test runs as root. */
export function temporaryFolder(t: Cleanup): string {
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud platform '))
  chmodSync(folder, 0o711)
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function runServer(args: string[], environment: Record<string, string> = {}) {
  const env = { ...process.env, ...environment }
  delete env['NODE_TEST_CONTEXT']
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let stdout = ''
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return { child, exit, stdout: () => stdout, log: () => log }
}

/** Starts it on a free port and waits until it says that it is ready. Killed after the test, if it still runs. */
export async function startProcess(
  t: Cleanup,
  data: string,
  args: string[] = [],
  environment: Record<string, string> = {},
): Promise<ServerProcess> {
  const all = ['--json', '--port', '0', '--data', data, ...args]
  const { child, exit, stdout, log } = runServer(all, environment)
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exit
  }
  atEnd(t, async () => {
    if (child.exitCode === null && child.signalCode === null) await end('SIGTERM')
  })
  const deadline = AbortSignal.timeout(120_000)
  while (!stdout().includes('\n')) {
    if (child.exitCode !== null || deadline.aborted) throw new Error(`the server did not start: ${log()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const ready = JSON.parse(stdout()) as { address: string; setupLink: string | null }
  return { ...ready, child, log, stdout, end }
}

export function tokenOf(setupLink: string | null): string {
  return new URLSearchParams(new URL(setupLink ?? 'http://x/').hash.slice(1)).get('token') ?? ''
}

export async function post(address: string, path: string, body: object): Promise<Response> {
  return fetch(`${address}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
}
