/**
 * Emits the repository engine alone as a package of plain JavaScript with declarations, since Node strips no types below
 * `node_modules`: `npm pack` in its folder makes the tarball that can be published.
 *
 *   npm run build:repository [-- --out FOLDER]      default: dist/repository
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { root, run } from './run.ts'

const packageName = '@bdrcloud/repository'

const { values } = parseArgs({ options: { out: { type: 'string' } } })
const out = resolve(values.out ?? join(root, 'dist/repository'))
const library = join(out, 'lib')

await rm(out, { recursive: true, force: true })
await mkdir(out, { recursive: true })
const code = await run('tsc', ['-p', 'tsconfig.repository.json', '--outDir', library])
if (code !== 0) process.exit(code)

const packages = new Set<string>()
for (const entry of await readdir(library, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue
  const path = join(entry.parentPath, entry.name)
  const text = pointToEmitted(await readFile(path, 'utf8'), entry.name)
  for (const name of packagesIn(text)) packages.add(name)
  await writeFile(path, text)
}

const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const manifest = {
  name: packageName,
  version: project.version,
  description: 'Reads, writes and maintains restic repositories of format version 2',
  license: project.license,
  type: 'module',
  engines: project.engines,
  exports: {
    '.': { types: './lib/repository/index.d.ts', default: './lib/repository/index.js' },
    './package.json': './package.json',
  },
  files: ['lib'],
  dependencies: Object.fromEntries([...packages].toSorted().map((name) => [name, versionOf(name)])),
  peerDependencies: { '@types/node': '>=24' },
  peerDependenciesMeta: { '@types/node': { optional: true } },
}
await writeFile(join(out, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
const readme = await readFile(join(root, 'src/repository/README.md'), 'utf8')
await writeFile(join(out, 'README.md'), readme.replace("'./index.ts'", `'${packageName}'`))
await cp(join(root, 'LICENSE'), join(out, 'LICENSE'))
process.stderr.write(`${packageName} is in ${relative(process.cwd(), out) || '.'}\n`)

/** The compiler renames imports in code, but neither those in declarations nor the addresses of worker threads. */
function pointToEmitted(text: string, file: string): string {
  if (file.endsWith('.d.ts'))
    return text.replace(/((?:from |import\()['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2')
  return text.replace(/(new URL\('\.{1,2}\/[^']*)\.ts'/g, "$1.js'")
}

function packagesIn(text: string): string[] {
  const specifiers = [...text.matchAll(/(?:^import |\bfrom |\bimport\()'([^']+)'/gm)].map(
    ([, name]) => name ?? '',
  )
  return specifiers
    .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
}

function versionOf(name: string): string {
  const version: unknown = project.dependencies[name]
  if (typeof version === 'string') return version
  throw new Error(`the engine imports ${name}, which is no dependency of the project`)
}
