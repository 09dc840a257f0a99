/**
 * Every static check, each in seconds: format and lint (Biome), type-aware lint and import rules (oxlint), types of the
 * server side and of the console (tsc), dead code (knip), and that the lock file still installs.
 *
 *   npm run check              npm run format   (the same, writing what can be mended)
 */
import { run } from './run.ts'

const write = process.argv.includes('--write')

const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ['format', 'biome', write ? ['check', '--write', '.'] : ['ci', '.']],
  ['types', 'tsc', ['--noEmit', '-p', '.']],
  ['types of the console', 'tsc', ['--noEmit', '-p', 'console']],
  [
    'lint',
    'oxlint',
    [
      '--type-aware',
      ...(write ? ['--fix'] : []),
      'src',
      'simulator',
      'test',
      'bench',
      'scripts',
      'console/src',
    ],
  ],
  ['dead code', 'knip', []],
  ['lock file', 'npm', ['ci', '--dry-run', '--no-audit', '--no-fund', '--loglevel=error']],
]

const failed: string[] = []
for (const [name, program, args] of checks) {
  process.stderr.write(`\n— ${name}\n`)
  if ((await run(program, args)) !== 0) failed.push(name)
}
if (failed.length > 0) {
  process.stderr.write(`\nFailed: ${failed.join(', ')}\n`)
  process.exit(1)
}
