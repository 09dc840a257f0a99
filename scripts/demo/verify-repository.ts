import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { localBackend, openRepository, validateRepository } from '../../src/repository/index.ts'

export interface RepositoryVerdict {
  /** Errors of the strict validator, which reads everything. */
  readonly findings: number
  readonly restic: 'ok' | 'failed' | 'not installed'
}

/** Checks a repository with the built-in strict validator and, where it is installed, with stock restic. */
export async function verifyRepository(path: string, password: string): Promise<RepositoryVerdict> {
  const repository = await openRepository(localBackend(path), { password, host: 'demo' })
  let findings = 0
  for await (const finding of validateRepository(repository, { readData: true })) {
    if (finding.severity !== 'error') continue
    findings++
    process.stderr.write(`${finding.code}: ${finding.message} (${finding.subject})\n`)
  }
  await repository.close()
  const restic = ['/usr/bin/restic', '/usr/local/bin/restic'].find((program) => existsSync(program))
  return { findings, restic: restic ? await resticCheck(restic, path, password) : 'not installed' }
}

function resticCheck(program: string, path: string, password: string): Promise<'ok' | 'failed'> {
  return new Promise((resolve) => {
    const child = spawn(program, ['-r', path, 'check', '--read-data', '--no-cache'], {
      // The password travels in the environment, never in the process list.
      env: { ...process.env, RESTIC_PASSWORD: password },
      stdio: ['ignore', 2, 2],
      timeout: 600_000,
    })
    child.once('error', () => resolve('failed'))
    child.once('exit', (code) => resolve(code === 0 ? 'ok' : 'failed'))
  })
}
