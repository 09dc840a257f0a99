/** Keys: several passwords for one repository, none of which stock restic refuses. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { internalsOf } from '../../src/repository/create-repository.ts'
import { decodeKeyFile } from '../../src/repository/format/key-file.ts'
import {
  addKey,
  changePassword,
  initRepository,
  listKeys,
  localBackend,
  memoryBackend,
  openRepository,
  removeKey,
} from '../../src/repository/index.ts'
import { flipBit } from './planting.ts'
import {
  cheapScrypt,
  localRepository,
  newRepository,
  openedRepository,
  password,
  scratchFolder,
} from './support.ts'

const scrypt = cheapScrypt

test('keys are listed with what their files say, and the one in use is marked', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const id = await addKey(backend, {
    password,
    newPassword: 'second',
    host: 'there',
    username: 'ada',
    scrypt,
  })
  const keys = await listKeys(repository)
  assert.equal(keys.length, 2)
  assert.deepEqual(keys.map(({ current }) => current).filter(Boolean), [true])
  const added = keys.find((key) => key.id === id)
  assert.deepEqual([added?.hostname, added?.username, added?.current], ['there', 'ada', false])
})

test('a repository can be made with several passwords, each of which opens it', async () => {
  const backend = memoryBackend()
  await initRepository(backend, { password, otherPasswords: ['second', 'third'], scrypt })
  for (const one of [password, 'second', 'third']) {
    const repository = await openRepository(backend, { password: one, host: 'here' })
    assert.equal((await listKeys(repository)).length, 3)
  }
})

test('the key in use is removed only when told, the last one never', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const [first] = await listKeys(repository)
  const id = first?.id ?? ''
  await assert.rejects(removeKey(repository, id, { evenIfInUse: true }), { code: 'STO_KEY_LAST' })
  const second = await addKey(backend, { password, newPassword: 'second', scrypt })
  await assert.rejects(removeKey(repository, id), { code: 'STO_KEY_IN_USE' })
  await assert.rejects(removeKey(repository, 'ffffffff'), { code: 'STO_KEY_UNKNOWN' })
  await assert.rejects(removeKey(repository, ''), { code: 'STO_KEY_UNKNOWN' })
  await removeKey(repository, id, { evenIfInUse: true })
  assert.deepEqual(
    (await listKeys(repository)).map((key) => key.id),
    [second],
  )
  await assert.rejects(openRepository(backend, { password, host: 'h' }), { code: 'STO_WRONG_PASSWORD' })
  await (await openRepository(backend, { password: 'second', host: 'h' })).close()
})

test('a changed password opens for us and for stock restic, the old one for nobody', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const id = await changePassword(repository, { newPassword: 'fresh', scrypt })
  assert.deepEqual(
    (await listKeys(repository)).map((key) => [key.id, key.current]),
    [[id, true]],
  )
  await assert.rejects(restic('snapshots'))
  await assert.rejects(openRepository(localBackend(folder), { password, host: 'h' }), {
    code: 'STO_WRONG_PASSWORD',
  })
  await changePassword(repository, { newPassword: password, scrypt })
  await restic('snapshots')
  await restic('key', 'list')
  await openedRepository(context, localBackend(folder))
})

test('a key that stock restic added can be listed and removed', async (context) => {
  const { folder, repository, restic } = await localRepository(context)
  const file = join(await scratchFolder(context), 'password')
  await writeFile(file, 'of restic')
  await restic('key', 'add', '--new-password-file', file, '--user', 'grace', '--host', 'elsewhere')
  const theirs = (await listKeys(repository)).find(({ username }) => username === 'grace')
  assert.deepEqual([theirs?.hostname, theirs?.current], ['elsewhere', false])
  await (await openRepository(localBackend(folder), { password: 'of restic', host: 'h' })).close()
  await removeKey(repository, theirs?.id.slice(0, 12) ?? '')
  assert.equal(JSON.parse(await restic('key', 'list', '--json')).length, 1)
})

test('keys are not removed while somebody uses the repository', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const id = await addKey(backend, { password, newPassword: 'second', scrypt })
  const lock = await repository.lock('shared')
  await assert.rejects(removeKey(repository, id), { code: 'STO_LOCKED' })
  await assert.rejects(changePassword(repository, { newPassword: 'x', scrypt }), { code: 'STO_LOCKED' })
  await lock.release()
  await removeKey(repository, id)
})

test('a key file that was damaged is not mistaken for a wrong password', async (context) => {
  const backend = memoryBackend()
  const repository = await newRepository(context, backend)
  const [key] = await listKeys(repository)
  await flipBit(repository, 'keys', key?.id ?? '', -30)
  await assert.rejects(openRepository(backend, { password, host: 'h' }), {
    code: /^STO_(FILE_DAMAGED|KEY_INVALID)$/,
  })
  const second = memoryBackend()
  await newRepository(context, second)
  await assert.rejects(openRepository(second, { password: 'wrong', host: 'h' }), {
    code: 'STO_WRONG_PASSWORD',
  })
})

test('a planted key file cannot keep the program busy for hours or fill its memory', async (context) => {
  const repository = await newRepository(context)
  const { backend, currentKey } = internalsOf(repository)
  const fields = JSON.parse((await backend.load('keys', currentKey.name)).toString())
  for (const cost of [
    { N: 2 ** 24, r: 2 ** 20 },
    { p: 2 ** 30 },
    { N: 3 },
    { r: 2 ** 15, p: 2 ** 15 },
    { N: 2, r: 2 ** 22 },
  ]) {
    const bytes = Buffer.from(JSON.stringify({ ...fields, ...cost }))
    await assert.rejects(
      decodeKeyFile(bytes, password, 'k'),
      { code: 'STO_KEY_INVALID' },
      JSON.stringify(cost),
    )
  }
})

test('no more keys are added than programs look at', async (context) => {
  const backend = memoryBackend()
  await newRepository(context, backend)
  const cheapest = { N: 2, r: 8, p: 1 }
  for (let count = 1; count < 20; count++) {
    await addKey(backend, { password, newPassword: `password ${count}`, scrypt: cheapest })
  }
  await assert.rejects(addKey(backend, { password, newPassword: 'one more', scrypt: cheapest }), {
    code: 'STO_KEYS_TOO_MANY',
  })
})
