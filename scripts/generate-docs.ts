/**
 * Writes the generated references: docs/errors.md and docs/microsoft-errors.md from the catalogues, docs/permissions.md from the
 * permissions and clouds, docs/api.md and docs/roles.md from the routes' own schemas and rights, the table of docs/onboarding.md and docs/validator.md from the tests.
 *
 *   npm run docs                 write
 *   npm run docs -- --check      exit 1 when a file is old
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUpOperator } from './demo/api.ts'
import { startReadyChild } from './demo/child.ts'
import { apiPage, type OpenApi } from './docs/api-page.ts'
import { errorsPage } from './docs/errors-page.ts'
import { microsoftErrorsPage } from './docs/microsoft-errors-page.ts'
import { onboardingPage } from './docs/onboarding-page.ts'
import { permissionsPage } from './docs/permissions-page.ts'
import { rolesPage } from './docs/roles-page.ts'
import { validatorPage } from './docs/validator-page.ts'
import { root } from './run.ts'
import { licencesPage, lockedPackages } from './supply-chain/licences.ts'

const description = await openApi()
const pages: Record<string, string> = {
  'docs/errors.md': errorsPage(),
  'docs/microsoft-errors.md': microsoftErrorsPage(),
  'docs/licences.md': licencesPage(lockedPackages()),
  'docs/onboarding.md': onboardingPage(await readFile(join(root, 'docs/onboarding.md'), 'utf8')),
  'docs/permissions.md': permissionsPage(),
  'docs/validator.md': validatorPage(),
  'docs/api.md': apiPage(description),
  'docs/roles.md': rolesPage(description),
}
let old = 0
for (const [file, text] of Object.entries(pages)) {
  const before = await readFile(join(root, file), 'utf8').catch(() => '')
  if (before === text) continue
  old++
  if (process.argv.includes('--check')) process.stderr.write(`${file} is old: run 'npm run docs'\n`)
  else await writeFile(join(root, file), text)
}
if (process.argv.includes('--check') && old > 0) process.exitCode = 1

/** The description that the running server gives of itself. */
async function openApi(): Promise<OpenApi> {
  const folder = await mkdtemp(join(tmpdir(), 'bdrcloud-docs-'))
  const server = await startReadyChild<{ ready: true; address: string; setupLink: string }>(
    join(root, 'src/main.ts'),
    ['--json', '--port', '0', '--data', join(folder, 'data')],
    { log: join(folder, 'server.log') },
  )
  try {
    const { address, setupLink } = server.ready
    const token = new URLSearchParams(new URL(setupLink).hash.slice(1)).get('token') ?? ''
    const session = await setUpOperator(address, {
      token,
      userName: 'docs',
      password: 'only for this moment',
    })
    return await session.get<OpenApi>('/openapi.json')
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
