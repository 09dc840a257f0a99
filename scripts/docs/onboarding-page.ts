/** The table of docs/onboarding.md: which test covers which situation, read from the tests' own `covers` calls. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../run.ts'
import {
  type CoveredCloud,
  type CoveredSection,
  cloudIds,
  requiredClouds,
  situations,
} from './onboarding-situations.ts'

interface Coverage {
  readonly file: string
  readonly title: string
  readonly section: string
  readonly clouds: readonly string[]
  readonly rows: readonly string[]
}

const begin = '<!-- coverage: written by npm run docs -->\n'
const end = '<!-- coverage ends -->\n'
const cloudTitles: Record<CoveredCloud, string> = {
  global: 'Global',
  usgov: 'GCC High',
  usdod: 'DoD',
  china: 'China',
}

/** The page as it should be: its own text as it is, the table between the marks made anew. */
export function onboardingPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error('docs/onboarding.md lost its marks')
  return `${before}${begin}${coverageTables(readCoverage())}${end}${after}`
}

/** Cells that have to be covered and are not, as `section cloud row`. */
export function missingCells(coverage: readonly Coverage[] = readCoverage()): string[] {
  return sectionIds().flatMap((section) =>
    Object.keys(situations[section].rows).flatMap((row) =>
      requiredClouds(section, row)
        .filter((cloud) => !coverage.some((one) => isOf(one, section, cloud, row)))
        .map((cloud) => `${section} ${cloud} ${row}`),
    ),
  )
}

/** All `covers` calls of the tests. Throws for one that is not made of literals, or stands outside of a test. */
export function readCoverage(): Coverage[] {
  return globSync('test/**/*.test.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }))
    .filter(({ source }) => source.includes("/covers.ts'"))
    .flatMap(({ file, source }) => coverageOf(file, source))
}

export function coverageOf(file: string, source: string): Coverage[] {
  const titles = [...source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)]
  return [...source.matchAll(/^[ \t]*covers\(([^)]*)\)/gm)].map((call) => {
    const place = `${file}, line ${source.slice(0, call.index).split('\n').length}`
    const title = titles.findLast(({ index }) => index < call.index)?.[2]
    if (title === undefined) throw new Error(`${place}: covers() stands outside of a test`)
    const [section, clouds, rows] = literals(call[1] ?? '', place)
    return {
      file,
      title: title.replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/\\(.)/g, '$1'),
      section: String(section),
      clouds: [clouds].flat().map(String),
      rows: [rows].flat().map(String),
    }
  })
}

function literals(text: string, place: string): unknown[] {
  try {
    const list = text.replaceAll("'", '"').replaceAll(/,(\s*(\]|$))/g, '$1')
    return JSON.parse(`[${list}]`) as unknown[]
  } catch {
    throw new Error(`${place}: the arguments of covers() have to be literals, so that they can be read`)
  }
}

function coverageTables(coverage: readonly Coverage[]): string {
  const parts: string[] = []
  for (const section of sectionIds()) {
    const { title, rows } = situations[section]
    const clouds = cloudIds.filter((cloud) =>
      Object.keys(rows).some(
        (row) =>
          requiredClouds(section, row).includes(cloud) ||
          coverage.some((one) => isOf(one, section, cloud, row)),
      ),
    )
    parts.push(`\n### ${title}\n\n| | ${clouds.map((cloud) => cloudTitles[cloud]).join(' | ')} |\n`)
    parts.push(`| --- |${' --- |'.repeat(clouds.length)}\n`)
    for (const [row, text] of Object.entries(rows)) {
      const cells = clouds.map((cloud) => {
        const files = coverage.filter((one) => isOf(one, section, cloud, row)).map(({ file }) => file)
        if (files.length > 0) return [...new Set(files)].map(link).join(', ')
        return requiredClouds(section, row).includes(cloud) ? 'none yet' : ''
      })
      parts.push(`| ${text} | ${cells.join(' | ')} |\n`)
    }
  }
  parts.push('\n### The tests\n\n')
  const lines = new Set(coverage.map((one) => `- ${link(one.file)}: ${one.title}\n`))
  return `${parts.join('')}${[...lines].join('')}\n`
}

function link(file: string): string {
  return `[${file.replace(/^test\//, '').replace(/\.test\.ts$/, '')}](../${file})`
}

function sectionIds(): CoveredSection[] {
  return Object.keys(situations) as CoveredSection[]
}

function isOf(one: Coverage, section: string, cloud: string, row: string): boolean {
  return one.section === section && one.clouds.includes(cloud) && one.rows.includes(row)
}
