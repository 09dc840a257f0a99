/**
 * Runs the tests: installs the Debian packages they need (as root), builds the console, then `node --test`.
 *
 *   npm test                    every test but the long ones
 *   npm run test:deep           the long ones
 *   npm test -- FILE …          only these files
 *
 * Without root, tests whose program is missing are skipped by name. With CI=true a skipped test is a failure, unless
 * what it lacks is the corpus of real mails, which does not ship with the project.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, run } from './run.ts'
import { installTestPrograms } from './test-programs.ts'

const args = process.argv.slice(2)
const deep = args.includes('--deep')
const files = args.filter((argument) => !argument.startsWith('--'))
const patterns = files.length > 0 ? files : deep ? ['test/deep/**/*.test.ts'] : ['test/!(deep)/**/*.test.ts']

await installTestPrograms()
const built = await run(process.execPath, [join(root, 'scripts/build-console.ts')])
if (built !== 0) process.exit(built)

const scratch = await mkdtemp(join(tmpdir(), 'bdrcloud-test-'))
const skips = join(scratch, 'skips')
const code = await run(
  process.execPath,
  [
    '--test',
    '--test-global-setup=./test/setup.ts',
    '--test-concurrency=2',
    `--test-timeout=${deep ? 900_000 : 300_000}`,
    '--test-reporter=./scripts/skip-reporter.ts',
    `--test-reporter-destination=${skips}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    ...patterns,
  ],
  55,
)
const skipped = (await readFile(skips, 'utf8').catch(() => '')).split('\n').filter(Boolean)
await rm(scratch, { recursive: true, force: true })

const refused = process.env['CI'] === 'true' ? skipped.filter((line) => !/corpus/i.test(line)) : []
if (refused.length > 0) process.stderr.write(`Skipped, which CI does not accept:\n${refused.join('\n')}\n`)
process.exit(code !== 0 ? code : refused.length > 0 ? 1 : 0)
