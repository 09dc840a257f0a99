/** `rclone serve restic` of a scratch folder on a free port of this machine. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { scratchFolder } from './support.ts'

export const rcloneMissing = existsSync('/usr/bin/rclone') ? false : 'rclone is not installed'
export const account = { user: 'backup', password: 'pass:word é' }

/** Answers the repository's address and the folder it is in. */
export async function startRclone(
  context: TestContext,
  ...options: string[]
): Promise<{ url: string; folder: string }> {
  const folder = await scratchFolder(context)
  // It says which port it got: one that was free a moment ago may be somebody else's by now.
  const args = ['serve', 'restic', '--addr', '127.0.0.1:0', ...options, folder]
  const program = spawn('/usr/bin/rclone', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      RCLONE_CONFIG: '/dev/null',
      RCLONE_USER: account.user,
      RCLONE_PASS: account.password,
    },
  })
  context.after(async () => {
    if (program.exitCode !== null) return
    const ended = once(program, 'exit')
    program.kill()
    await ended
  })
  const { promise: serving, resolve, reject } = Promise.withResolvers<string>()
  let log = ''
  program.stderr.on('data', (data) => {
    log = `${log}${data}`.slice(-10_000)
    const url = /Serving .*(http:\/\/127\.0\.0\.1:\d+\/)/.exec(log)?.[1]
    if (url) resolve(url)
  })
  program.once('close', () => reject(new Error(`rclone ended: ${log}`)))
  return { url: await serving, folder }
}
