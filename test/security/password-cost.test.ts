import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { argon2Sync } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/run.ts'

const password = 'correct horse battery'

test('a password costs what its hash says: argon2id with 64 MiB and three passes', () => {
  const module = JSON.stringify(join(root, 'src/security/password.ts'))
  const program = `import { hashPassword } from ${module}; console.log(await hashPassword('${password}'))`
  // Without what makes passwords light in the other tests.
  const env = { ...process.env, NODE_OPTIONS: '' }
  const hash = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    env,
    encoding: 'utf8',
  })
  const [, kind, version, costs, salt = '', tag] = hash.trim().split('$')
  assert.deepEqual([kind, version, costs], ['argon2id', 'v=19', 'm=65536,t=3,p=1'])
  const nonce = Buffer.from(salt, 'base64')
  const cost = { memory: 65_536, passes: 3, parallelism: 1 }
  const expected = argon2Sync('argon2id', { message: password, nonce, tagLength: 32, ...cost })
  assert.equal(tag, expected.toString('base64').replaceAll('=', ''))
})
