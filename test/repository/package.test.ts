/** The engine as a package of its own: emitted, packed, installed and used as plain JavaScript, and type-checked from outside. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { root, toolEnvironment } from '../../scripts/run.ts'
import { resticOn } from './support.ts'

const name = '@bdrcloud/repository'
let work = ''
let installed = ''

async function run(program: string, args: readonly string[], folder: string): Promise<string> {
  // The package is used without what the tests load into their own processes.
  const options = { cwd: folder, env: { ...toolEnvironment, NODE_OPTIONS: '' } }
  const { stdout } = await promisify(execFile)(program, args, options).catch((cause) => {
    throw new Error(`${cause.message}\n${cause.stdout}`, { cause })
  })
  return stdout
}

before(async () => {
  work = await mkdtemp(join(tmpdir(), 'repository-package-'))
  const built = join(work, 'built')
  await run(process.execPath, [join(root, 'scripts/build-repository.ts'), '--out', built], root)
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', work], built)
  installed = join(work, 'node_modules', name)
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', join(work, packed.trim()), '-C', installed, '--strip-components=1'], work)
  const { dependencies } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  for (const dependency of [...Object.keys(dependencies), '@types/node']) {
    const place = join(work, 'node_modules', dependency)
    await mkdir(dirname(place), { recursive: true })
    await symlink(join(root, 'node_modules', dependency), place)
  }
})
after(() => rm(work, { recursive: true, force: true }))

test('the example of the package’s README runs as plain JavaScript, and stock restic restores from it', async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  assert.match(example, new RegExp(`from '${name}'`))
  const place = join(work, 'first')
  const code = example.replace('/srv/backups/first', place).replaceAll('a long one', 'geheim')
  await writeFile(join(work, 'example.mjs'), code)
  await run(process.execPath, ['--no-strip-types', 'example.mjs'], work)
  await resticOn(place)('restore', 'latest', '--target', join(work, 'out'))
  assert.equal(await readFile(join(work, 'out/hello.txt'), 'utf8'), 'hello')
})

test('worker threads start from the emitted files: large content, folders backed up and restored', async () => {
  const place = join(work, 'large')
  const source = join(work, 'source')
  await mkdir(source)
  await writeFile(join(source, 'large'), Buffer.alloc(6_000_000, 'all work and no play '))
  await writeFile(
    join(work, 'large.mjs'),
    `import assert from 'node:assert/strict'
     import * as engine from '${name}'
     const backend = engine.localBackend(${JSON.stringify(place)})
     await engine.initRepository(backend, { password: 'geheim' })
     const repository = await engine.openRepository(backend, { password: 'geheim', host: 'h' })
     const writer = repository.writer()
     const bytes = Buffer.alloc(6_000_000, 'all play and no work ')
     const content = await writer.saveContent(bytes)
     const tree = await writer.saveTree([engine.fileNode({ name: 'f', ...content, mtime: 0 })])
     await writer.saveSnapshot({ tree })
     const [node] = await repository.loadTree(tree)
     assert.ok(Buffer.concat(await Array.fromAsync(repository.readFile(node))).equals(bytes))
     const { snapshot } = await engine.backupDirectory(repository, ${JSON.stringify(source)})
     await engine.restoreSnapshot(repository, snapshot, ${JSON.stringify(join(work, 'restored'))})
     assert.deepEqual(await Array.fromAsync(engine.validateRepository(repository)), [])
     await repository.close()`,
  )
  await run(process.execPath, ['--no-strip-types', 'large.mjs'], work)
  const restored = await readFile(join(work, 'restored', source, 'large'))
  assert.ok(restored.equals(await readFile(join(source, 'large'))))
})

test('a strict program compiles against the declarations, and a wrong one does not', async () => {
  const language = { module: 'nodenext', target: 'esnext', lib: ['esnext'], types: ['node'], noEmit: true }
  const compilerOptions = { ...language, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false }
  await writeFile(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  const program = (policy: string) => `import {
  type Finding, forget, isAppError, memoryBackend, openRepository, prune, type Repository, type TreeNode, validateRepository,
} from '${name}'
export async function use(): Promise<Finding[]> {
  const repository: Repository = await openRepository(memoryBackend(), { password: 'x', host: 'y' })
  const nodes: readonly TreeNode[] = await repository.loadTree('0'.repeat(64))
  await forget(repository, ${policy})
  try {
    const kept: number = (await prune(repository)).packs.kept
    console.log(kept, nodes.length)
  } catch (cause) {
    if (isAppError(cause, 'STO_LOCKED')) console.log(cause.remedy)
  }
  return Array.fromAsync(validateRepository(repository))
}
`
  await writeFile(join(work, 'consumer.ts'), program('{ last: 3 }'))
  await run('tsc', ['-p', '.'], work)
  await writeFile(join(work, 'consumer.ts'), program('{ last: true }'))
  await assert.rejects(run('tsc', ['-p', '.'], work), /TS2322/)
})

test('the package holds the engine and what it stands on, nothing of the product', async () => {
  assert.deepEqual((await readdir(join(installed, 'lib'))).toSorted(), ['errors', 'repository', 'shared'])
  assert.deepEqual((await readdir(installed)).toSorted(), ['LICENSE', 'README.md', 'lib', 'package.json'])
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  const expected = ['@aws-sdk/client-s3', '@azure/storage-blob', 'piscina', 'sodium-native', 'undici']
  assert.deepEqual(Object.keys(manifest.dependencies), expected)
  for (const path of await readdir(join(installed, 'lib'), { recursive: true })) {
    assert.match(path, /^[\w/-]+(?:\.js|\.d\.ts)?$/)
    if (!/\.(js|ts)$/.test(path)) continue
    const text = await readFile(join(installed, 'lib', path), 'utf8')
    assert.doesNotMatch(text, /(?:from |import\(|new URL\()['"]\.[^'"]*\.ts['"]/, path)
    for (const [, specifier = ''] of text.matchAll(/(?:^import |\bfrom |\bimport\()'([^']+)'/gm)) {
      const known = ['.', 'node:', ...expected].some((begin) => specifier.startsWith(begin))
      assert.ok(known, `${path} imports ${specifier}`)
    }
  }
})

test('everything exported has its documentation', async () => {
  const library = join(installed, 'lib/repository')
  const index = await readFile(join(library, 'index.d.ts'), 'utf8')
  const missing: string[] = []
  for (const [, list = '', file = ''] of index.matchAll(/export (?:type )?(\{[^}]*\}|\*) from '([^']+)'/g)) {
    const text = await declarations(join(library, file))
    const names =
      list === '*'
        ? [...text.matchAll(/^export (?:declare )?\w+ (\w+)/gm)].map(([, found = '']) => found)
        : (list.match(/\w+/g) ?? []).filter((word) => word !== 'type')
    for (const exported of names) {
      const declared = new RegExp(`\\*/\\nexport (?:declare )?(?:async )?\\w+\\*? ${exported}\\b`)
      if (!declared.test(text)) missing.push(`${exported} of ${file}`)
    }
  }
  assert.deepEqual(missing, [])
})

/** Of a module and of what it passes on whole. */
async function declarations(module: string): Promise<string> {
  const text = await readFile(module.replace(/\.js$/, '.d.ts'), 'utf8')
  const passedOn = [...text.matchAll(/^export \* from '([^']+)'/gm)].map(([, file = '']) =>
    declarations(join(dirname(module), file)),
  )
  return [text, ...(await Promise.all(passedOn))].join('\n')
}
