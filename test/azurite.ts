/** Microsoft's own test server of Azure Blob Storage, on a free port. It ends with the test file that started it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after } from 'node:test'

const require = createRequire(import.meta.url)
/** The service's program, for tests that start it themselves. */
export const azuriteProgram = require.resolve('azurite/dist/src/blob/main.js')
export const azuriteFlags = ['--silent', '--disableTelemetry', '--skipApiVersionCheck']

/** The account of the emulator with its published key, which stock restic has built in. */
export const emulator = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const

export interface Azurite {
  readonly account: string
  readonly key: string
  /** `http://127.0.0.1:…/devstoreaccount1` */
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts it in memory, or with its files in `folder`. */
export async function startAzurite(folder?: string): Promise<Azurite> {
  const store = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder]
  const args = [azuriteProgram, '--blobHost', '127.0.0.1', '--blobPort', '0', ...azuriteFlags, ...store]
  // Where it can be had, the kernel ends the server when this process ends, however that happens.
  const guard = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : []
  const [program = process.execPath, ...rest] = [...guard, process.execPath, ...args]
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  after(() => stop(child))
  const address = await listening(child)
  return {
    ...emulator,
    endpoint: `${address}/${emulator.account}`,
    stop: () => stop(child),
  }
}

async function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let output = ''
  const read = (data: Buffer) => {
    output = `${output}${data.toString()}`.slice(-10_000)
    const address = /successfully listens on (http:\S+)/.exec(output)?.[1]
    if (address) resolve(address)
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  child.once('exit', () => reject(new Error(`Azurite ended: ${output}`)))
  return promise
}

/** Lets it write its files. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
