import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Environment in which the project's own Node and tools come first. */
export const toolEnvironment = {
  ...process.env,
  PATH: `${dirname(process.execPath)}:${join(root, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
}

/**
 * Runs a program in the checkout with its output shown, and ends it after `timeoutMinutes`.
 * Resolves to the exit code (1 when it was ended by a signal).
 */
export function run(program: string, args: readonly string[], timeoutMinutes = 10): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: toolEnvironment,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const timer = setTimeout(() => {
      process.stderr.write(`${program} took longer than ${timeoutMinutes} minutes and was ended\n`)
      child.kill('SIGKILL')
    }, timeoutMinutes * 60_000)
    child.on('error', (error) => {
      clearTimeout(timer)
      process.stderr.write(`${program} could not be started: ${error.message}\n`)
      resolve(1)
    })
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(code ?? 1)
    })
  })
}
