/** `rclone serve restic` of a scratch folder on a free port of this machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { scratchFolder } from './support.ts'

export const rcloneMissing = existsSync('/usr/bin/rclone') ? false : 'rclone is not installed'
export const account = { user: 'backup', password: 'pass:word é' }

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Answers the repository's address and the folder it is in. */
export async function startRclone(
  context: TestContext,
  ...options: string[]
): Promise<{ url: string; folder: string }> {
  const folder = await scratchFolder(context)
  const port = await freePort()
  const args = ['serve', 'restic', '--addr', `127.0.0.1:${port}`, ...options, folder]
  const program = spawn('/usr/bin/rclone', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_USER: account.user,
      RCLONE_PASS: account.password,
    },
  })
  let log = ''
  program.stderr.on('data', (data) => {
    log = `${log}${data}`.slice(-10_000)
  })
  context.after(async () => {
    if (program.exitCode !== null) return
    const ended = once(program, 'exit')
    program.kill()
    await ended
  })
  for (let i = 0; i < 200; i++) {
    if (program.exitCode !== null) throw new Error(`rclone ended: ${log}`)
    const answers = await fetch(`http://127.0.0.1:${port}/config`, { method: 'HEAD' }).then(
      () => true,
      () => false,
    )
    if (answers) return { url: `http://127.0.0.1:${port}/`, folder }
    await sleep(50)
  }
  throw new Error(`rclone does not answer: ${log}`)
}
