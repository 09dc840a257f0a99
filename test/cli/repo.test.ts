/** `bdrcloud repo`: every command as a person sees it and as a script reads it, with stock restic beside it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { Command } from 'commander'
import { root } from '../../scripts/run.ts'
import { exitCodes } from '../../src/cli/commands/repo/exit-codes.ts'
import { registerRepo } from '../../src/cli/commands/repo/index.ts'
import { shareOf } from '../../src/cli/commands/repo/run-command.ts'
import { initRepository, localBackend, openRepository } from '../../src/repository/index.ts'
import { assertSameTrees } from '../repository/files-tree.ts'
import { madeUp } from '../repository/material.ts'
import { cheapScrypt, password, resticOn, scratchFolder } from '../repository/support.ts'
import { repo, repoOn } from './repo-command.ts'

/** A folder with some files, and an empty repository. */
async function place(context: TestContext) {
  const around = await scratchFolder(context)
  const [source, folder] = [join(around, 'source'), join(around, 'repository')]
  mkdirSync(join(source, 'inner'), { recursive: true })
  writeFileSync(join(source, 'a'), 'content of a')
  writeFileSync(join(source, 'inner/b.log'), madeUp('b', 600_000))
  const environment = { RESTIC_REPOSITORY: folder, RESTIC_PASSWORD: password }
  // Keys of real strength would take most of these tests' time.
  await initRepository(localBackend(folder), { password, scrypt: cheapScrypt })
  const ours = repoOn(environment)
  return { around, source, folder, environment, ours, restic: resticOn(folder) }
}

/** Stock restic in a folder and with variables; answers its last line. */
async function resticIn(
  folder: string,
  environment: Readonly<Record<string, string>>,
  parameters: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await promisify(execFile)('restic', ['--no-cache', ...parameters], {
    cwd: folder,
    env: { ...process.env, ...environment },
  })
  return last(
    stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  )
}

const last = (lines: readonly unknown[]) => lines.at(-1) as Readonly<Record<string, unknown>>
const field = (value: unknown, name: string) => (value as Readonly<Record<string, unknown>>)[name]

test('init, backup, snapshots, ls, dump and restore', async (context) => {
  const { around, source, environment, ours, restic } = await place(context)
  const made = join(around, 'made')
  const elsewhere = repoOn({ ...environment, RESTIC_REPOSITORY: made })
  const { id: repositoryId } = last(await elsewhere.json('init')) as { readonly id: string }
  assert.equal(JSON.parse(await resticOn(made)('cat', 'config')).id, repositoryId)
  const again = await elsewhere.run('init')
  assert.equal(again.code, 2)
  assert.match(again.err, /STO_REPOSITORY_EXISTS/)

  const tags = ['--tag', 'one,two', '--tag', 'three', '--host', 'elsewhere']
  const summary = last(await ours.json('backup', source, ...tags, '--time', '2024-02-29 12:00:00'))
  assert.equal(summary['message_type'], 'summary')
  assert.equal(summary['files_new'], 2)
  const id = String(summary['snapshot_id'])
  const people = await ours.text('backup', source, '--exclude', '*.log')
  assert.match(people, /files: +1 new, 0 changed, 0 unmodified[\s\S]*snapshot [0-9a-f]{8} saved/)
  await restic('check', '--read-data')

  const [snapshots] = await ours.json('snapshots')
  assert.deepEqual(
    (snapshots as unknown[]).map((one) => [
      field(one, 'hostname'),
      field(one, 'tags'),
      field(one, 'excludes'),
    ]),
    [
      ['elsewhere', ['one', 'two', 'three'], undefined],
      [hostname(), undefined, ['*.log']],
    ],
  )
  const [theirs] = JSON.parse(await restic('snapshots', '--json', id))
  assert.equal(Date.parse(theirs.time), new Date('2024-02-29T12:00:00').getTime())
  assert.equal(theirs.hostname, 'elsewhere')
  assert.match(await ours.text('snapshots', '--host', 'elsewhere'), /one,two,three[\s\S]*\n1 snapshots\n$/)
  assert.match(await ours.text('snapshots', '--tag', 'one,three', '--tag', 'nine'), /\n1 snapshots\n$/)
  assert.match(await ours.text('snapshots', '--path', around), /\n0 snapshots\n$/)

  const listed = (await ours.json('ls', id)).slice(1)
  const expected = (await restic('ls', '--json', id)).trim().split('\n').slice(1)
  assert.deepEqual(
    listed,
    expected.map((line): unknown => JSON.parse(line)),
  )
  assert.match(
    await ours.text('ls', '--long', `${id}:${source}`, '/inner'),
    /-rw.* 600000 .* \/inner\/b\.log\n$/,
  )
  assert.equal((await ours.text('ls', `${id}:${source}`, '/inner')).trim().split('\n').length, 3)
  const within = await ours.text('ls', `${id}`, source, '--recursive')
  assert.match(within, /\/source\/inner\/b\.log\n$/)

  assert.equal(await ours.text('dump', id, join(source, 'a')), 'content of a')
  const target = join(around, 'dumped')
  await ours.text('dump', `${id}:${source}`, 'inner/b.log', '--target', target)
  assert.ok(readFileSync(target).equals(madeUp('b', 600_000)))
  assert.equal((await ours.run('dump', id, source)).code, 2)

  const restored = last(await ours.json('restore', `${id}:${source}`, join(around, 'restored'), '--verify'))
  assert.equal(restored['files_restored'], 2)
  assertSameTrees(source, join(around, 'restored'))
  const some = join(around, 'some')
  assert.match(await ours.text('restore', id, some, '--include', '*.log'), /restored 1 files/)
  assert.ok(statSync(join(some, source, 'inner/b.log')).isFile())
  const nothing = await ours.run('restore', id, some, '--include', 'a', '--exclude', 'b')
  assert.equal(nothing.code, 2)
  const latest = await ours.run('restore', 'latest', some, '--host', 'nowhere')
  assert.match(latest.err, /CLI_BAD_INPUT: No snapshot in the repository fits/)
})

test('forget, prune, stats and copy agree with stock restic', async (context) => {
  const { around, source, folder, environment, ours, restic } = await place(context)
  for (const day of [1, 2, 3, 4]) {
    writeFileSync(join(source, 'changing'), madeUp(`${day}`, 30_000))
    await ours.text('backup', source, '--time', `2024-03-0${day} 10:00:00`, '--host', 'h')
  }
  const rules = ['--keep-last', '1', '--keep-within', '1d1h']
  const theirGroups = JSON.parse(await restic('forget', '--dry-run', '--json', ...rules))
  const [ourGroups] = await ours.json('forget', '--dry-run', ...rules)
  const ids = (groups: unknown, part: string) =>
    (groups as unknown[]).map((group) => (field(group, part) as unknown[]).map((one) => field(one, 'id')))
  assert.deepEqual(ids(ourGroups, 'keep'), ids(theirGroups, 'keep'))
  assert.deepEqual(ids(ourGroups, 'remove'), ids(theirGroups, 'remove'))
  assert.match(await ours.text('forget', '--dry-run', ...rules), /keep 2:[\s\S]*would remove 2:/)

  const size = JSON.parse(await restic('stats', '--json'))
  assert.deepEqual(last(await ours.json('stats')), size)
  const raw = JSON.parse(await restic('stats', '--json', '--mode', 'raw-data'))
  const stored = last(await ours.json('stats', '--mode', 'raw-data'))
  assert.equal(stored['total_blob_count'], raw.total_blob_count)
  assert.equal(stored['total_size'], raw.total_size)

  const copyTo = join(around, 'copy')
  const pair = repoOn({
    RESTIC_REPOSITORY: copyTo,
    RESTIC_PASSWORD: 'other',
    RESTIC_FROM_REPOSITORY: folder,
    RESTIC_FROM_PASSWORD: password,
  })
  await pair.text('init', '--copy-chunker-params')
  const copied = last(await pair.json('copy'))
  assert.equal((copied['copied'] as unknown[]).length, 4)
  assert.match(await pair.text('copy'), /0 snapshots copied, 4 skipped/)
  const opened = await openRepository(localBackend(copyTo), { password: 'other', host: 'test' })
  const origin = await openRepository(localBackend(folder), { password, host: 'test' })
  assert.equal(opened.chunkerPolynomial, origin.chunkerPolynomial)
  await opened.close()
  await origin.close()

  assert.equal((await ours.run('forget')).code, 2)
  assert.equal((await ours.run('forget', '--keep-last', 'some')).code, 2)
  const emptying = await ours.run('forget', '--keep-tag', 'nothing has it')
  assert.match(emptying.err, /STO_POLICY_KEEPS_NOTHING/)
  const [first] = (await ours.json('snapshots'))[0] as { readonly id: string }[]
  assert.match(await ours.text('forget', first?.id ?? ''), /removed snapshot/)
  const pruned = await ours.json('forget', '--keep-last', '1', '--prune', '--max-unused', '0')
  assert.equal(pruned.length, 2)
  assert.equal(last(pruned)['message_type'], 'summary')
  assert.match(await ours.text('prune'), /0 B unneeded remain/)
  await restic('check', '--read-data')
  assert.match((await restic('prune')) + environment.RESTIC_REPOSITORY, /to delete:\s+0 blobs/)
})

test('check, validate and repair-index name damage and end with 1', async (context) => {
  const { source, folder, ours } = await place(context)
  await ours.text('backup', source)
  assert.equal(await ours.text('check', '--read-data'), 'no errors were found\n')
  assert.deepEqual(await ours.json('validate'), [{ message_type: 'summary', num_errors: 0, num_warnings: 0 }])
  assert.equal(await ours.text('check', '--read-data-subset', '1/2'), 'no errors were found\n')
  assert.equal((await ours.run('check', '--read-data-subset', 'half')).code, 2)
  assert.match(
    await ours.text('repair-index', '--read-all-packs'),
    /the index names 2 packs; 2 headers were read/,
  )
  const backend = localBackend(folder)
  const packs = await Array.fromAsync(backend.list('data'))
  const largest = packs.toSorted((a, b) => b.size - a.size)[0]?.name ?? ''
  const path = join(folder, 'data', largest.slice(0, 2), largest)
  chmodSync(path, 0o600)
  const bytes = readFileSync(path)
  bytes[1000] = (bytes[1000] ?? 0) ^ 4
  writeFileSync(path, bytes)
  for (const command of [['check', '--read-data'], ['validate']]) {
    const { code, out } = await ours.run(...command)
    assert.equal(code, 1)
    assert.match(out, new RegExp(`error: data/${largest}.*STO_PACK_HASH_MISMATCH`))
  }
  const { code, out } = await ours.run('check', '--read-data', '--json')
  assert.equal(code, 1)
  assert.match(out, /"message_type":"finding","severity":"error","code":"STO_/)
  assert.equal(await ours.text('check'), 'no errors were found\n')

  // A damaged index keeps everybody out but those who mend it.
  for await (const { name } of backend.list('index')) {
    chmodSync(join(folder, 'index', name), 0o600)
    writeFileSync(join(folder, 'index', name), 'damaged')
  }
  assert.equal((await ours.run('ls', 'latest')).code, 1)
  const broken = await ours.run('check')
  assert.equal(broken.code, 1)
  assert.match(broken.out, /error: index\//)
  assert.equal((await ours.run('repair-index')).code, 1)
  assert.match(await ours.text('check'), /no errors were found/)
})

test('keys are added, changed and removed; passwords come from anywhere but the arguments', async (context) => {
  const { around, source, environment, ours } = await place(context)
  const file = join(around, 'password')
  writeFileSync(file, 'second\n')
  const added = last(await ours.json('key', 'add', '--new-password-file', file))
  const location = { RESTIC_REPOSITORY: environment.RESTIC_REPOSITORY }
  const second = repoOn({ ...location, RESTIC_PASSWORD_FILE: file })
  const [keys] = await second.json('key', 'list')
  assert.deepEqual(
    (keys as unknown[]).map((key) => field(key, 'current')),
    [false, true],
  )
  const command = repoOn({ ...location, RESTIC_PASSWORD_COMMAND: `cat "${file}"` })
  await command.text('backup', source)
  await repoOn(location).text('snapshots', '--password-file', file)
  const changing = repoOn({ ...location, RESTIC_PASSWORD: 'second', RESTIC_NEW_PASSWORD: 'third' })
  assert.match(await changing.text('key', 'passwd'), /password changed/)
  assert.equal((await second.run('snapshots')).code, 12)
  const third = repoOn({ ...location, RESTIC_PASSWORD: 'third' })
  assert.match(await third.text('key', 'list'), /\n\*[0-9a-f]{8}/)
  assert.equal((await third.run('key', 'remove', String(added['id']))).code, 2)
  const [left] = await third.json('key', 'list')
  const first = (left as { readonly id: string; readonly current: boolean }[]).find(({ current }) => !current)
  await third.text('key', 'remove', first?.id ?? '')
  assert.equal((await ours.run('snapshots')).code, 12)

  const nobody = await repoOn(location).run('snapshots')
  assert.equal(nobody.code, 2)
  assert.match(nobody.err, /CLI_NO_TERMINAL[\s\S]*--password-file or RESTIC_PASSWORD/)
  const open = await ours.run('snapshots', '--repo', 'rest:http://user:secret@localhost:1/')
  assert.equal(open.code, 2)
  assert.doesNotMatch(open.err, /secret/)
})

test('what is wrong with a repository shows in the exit code and in JSON', async (context) => {
  const { around, source, environment, ours, folder } = await place(context)
  const missing = await ours.run('snapshots', '--repo', join(around, 'nothing'), '--json')
  assert.equal(missing.code, 10)
  assert.deepEqual(
    [field(JSON.parse(missing.out), 'message_type'), field(JSON.parse(missing.out), 'code')],
    ['exit_error', 10],
  )
  const wrong = await repo(['snapshots'], { environment: { ...environment, RESTIC_PASSWORD: 'wrong' } })
  assert.equal(wrong.code, 12)
  assert.doesNotMatch(wrong.err, /wrong/)
  const elsewhere = await ours.run('snapshots', '--repo', 'sftp:host:/folder')
  assert.equal(elsewhere.code, 2)
  assert.match(elsewhere.err, /STO_LOCATION_INVALID/)

  const repository = await openRepository(localBackend(folder), { password, host: 'somebody' })
  const lock = await repository.lock('exclusive')
  const locked = await ours.run('backup', source)
  assert.equal(locked.code, 11)
  assert.match(locked.err, /STO_LOCKED: .* on somebody/)
  assert.equal(await ours.text('unlock'), '0 locks removed\n')
  assert.equal(field(last(await ours.json('unlock', '--remove-all')), 'removed'), 1)
  await lock.release()
  await repository.close()
  await ours.text('backup', source)
})

test('a file that this user may not read ends a backup with 3, and everything else is kept', async (context) => {
  const { around, source, folder, environment, restic } = await place(context)
  writeFileSync(join(source, 'closed'), 'nobody reads this', { mode: 0 })
  chmodSync(around, 0o755)
  const asRoot = process.getuid?.() === 0
  if (asRoot) {
    // Root reads everything, so somebody else has to try.
    for (const path of ['.', 'data', 'index', 'keys', 'locks', 'snapshots']) {
      mkdirSync(join(folder, path), { recursive: true })
      chmodSync(join(folder, path), 0o777)
    }
    for await (const { name } of localBackend(folder).list('keys'))
      chmodSync(join(folder, 'keys', name), 0o644)
    chmodSync(join(folder, 'config'), 0o644)
  }
  const { code, out, err } = await repo(['backup', source], {
    environment,
    ...(asRoot ? { uid: 65_534 } : {}),
  })
  assert.equal(code, 3, err)
  assert.match(err, /error: .*\/source\/closed: EACCES/)
  assert.match(out, /2 new[\s\S]*snapshot [0-9a-f]{8} saved/)
  await restic('check', '--read-data')
})

test('relative paths, several paths and zones of time make the trees that stock restic makes', async (context) => {
  const { around, source, environment, restic } = await place(context)
  mkdirSync(join(around, 'second/inner'), { recursive: true })
  writeFileSync(join(around, 'second/inner/x'), 'x')
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [around, ['source']],
    [around, ['source/inner', 'source/a', 'second']],
    [source, ['.']],
    [source, ['../second/inner', 'inner']],
    [join(around, 'second'), ['../source', 'inner', '../second/inner']],
    [source, ['./inner/', '../source/a']],
  ]
  for (const [folder, paths] of cases) {
    const zone = { ...environment, TZ: 'America/St_Johns' }
    const { code, err, out } = await repo(['backup', '--json', ...paths], { environment: zone, folder })
    assert.equal(code, 0, err)
    const tree = field(
      last(
        out
          .trim()
          .split('\n')
          .map((line): unknown => JSON.parse(line)),
      ),
      'tree',
    )
    const theirs = await resticIn(folder, zone, ['backup', '--force', '--json', ...paths])
    const [shown] = JSON.parse(await restic('snapshots', '--json', String(theirs['snapshot_id'])))
    assert.equal(tree, shown.tree, paths.join())
  }
})

test('packs get the size that is asked for, and an index on disk serves one command after the other', async (context) => {
  const { around, source, folder, ours, restic } = await place(context)
  writeFileSync(join(source, 'large'), randomBytes(60_000_000))
  const index = join(around, 'index')
  const sizes = () =>
    readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
  await ours.json('backup', source, '--pack-size', '4', '--disk-index', index)
  // A pack ends with the blob that fills it; those of large content have 8 MiB at most.
  assert.ok(sizes().length >= 3 && Math.max(...sizes()) < 13 * 1024 ** 2, sizes().join())
  const [kept = ''] = readdirSync(index)
  const files = readdirSync(join(index, kept))
  assert.ok(files.length > 0)

  const small = sizes().length
  await ours.json('prune', '--repack-smaller-than', '100M', '--pack-size', '64', '--disk-index', index)
  assert.ok(sizes().length < small, sizes().join())
  await ours.json('check', '--read-data', '--disk-index', index)
  await restic('check', '--read-data')

  for (const [size, code] of [
    ['3', 'STO_PACK_SIZE_INVALID'],
    ['129', 'STO_PACK_SIZE_INVALID'],
    ['4M', 'CLI_BAD_INPUT'],
  ] as const) {
    const { code: status, err } = await ours.run('backup', source, '--pack-size', size)
    assert.ok(status !== 0 && err.includes(code), err)
  }
})

test('progress tells the share where the total is known', () => {
  assert.equal(shareOf(3, 12, 'packs'), '3 of 12 packs (25 %)')
  assert.equal(shareOf(999, 1000, 'packs'), '999 of 1000 packs (99 %)')
  assert.equal(shareOf(0, 0, 'snapshots'), '0 of 0 snapshots (100 %)')
})

test('every command explains itself', async () => {
  const program = new Command('bdrcloud')
  registerRepo(program)
  const commands = (command: Command): readonly Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(commands)
  const names = commands(program).map((command) => {
    const help = command.helpInformation()
    assert.match(help, /^Usage: bdrcloud repo .*\n\n[a-z]/)
    for (const flag of ['--json', '--repo', '--password-file', '--disk-index', '--help'])
      assert.ok(help.includes(flag), help)
    return command.name()
  })
  assert.ok(names.length >= 18)
  const document = readFileSync(join(root, 'docs/repository.md'), 'utf8')
  for (const name of names) assert.match(document, new RegExp(`\`(?:key )?${name}\\b`), name)
  for (const code of Object.values(exitCodes)) assert.match(document, new RegExp(`^\\| ${code} \\|`, 'm'))
  const { code, out } = await repo(['backup', '--help'])
  assert.equal(code, 0)
  assert.match(out, /Usage: bdrcloud repo backup[\s\S]*Exit codes: 0 done[\s\S]*130 cancelled/)
})
