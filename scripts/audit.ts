/**
 * `npm run audit`: known weaknesses of the packages. Exceptions with reason and end stand in `.ci/audit-exceptions.json`. A registry that does
 * not answer audits is said and skipped: a mirror seldom does.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, toolEnvironment } from './run.ts'
import { type AuditException, judgeAudit } from './supply-chain/judge-audit.ts'

const exceptions = JSON.parse(
  readFileSync(join(root, '.ci', 'audit-exceptions.json'), 'utf8'),
) as AuditException[]
const { stdout } = spawnSync('npm', ['audit', '--json'], {
  cwd: root,
  env: toolEnvironment,
  encoding: 'utf8',
  timeout: 120_000,
  maxBuffer: 64 * 1024 * 1024,
})
const left = judgeAudit(parse(stdout), exceptions, new Date().toISOString().slice(0, 10))
if (left === null) process.stderr.write('Skipped: the registry does not answer audits.\n')
else if (left.length > 0) {
  process.stderr.write(
    `Known weaknesses without an exception (.ci/audit-exceptions.json):\n${left.join('\n')}\n`,
  )
  process.exitCode = 1
} else process.stderr.write('No known weakness without an exception.\n')

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
