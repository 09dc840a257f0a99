import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAppError } from '../../src/errors/index.ts'
import { commonPasswords, requireGoodPassword } from '../../src/security/password-rules.ts'

const account = { userName: 'grace.hopper@navy.example' }
const codeOf = async (password: string, userName = account.userName): Promise<string> => {
  try {
    await requireGoodPassword(password, { userName })
    return ''
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

test('no listed password passes, and there are tens of thousands', async () => {
  const listed = [...(await commonPasswords())]
  assert.ok(listed.length > 40_000, String(listed.length))
  for (const password of listed)
    assert.match(await codeOf(password), /^SEC_PASSWORD_(COMMON|OBVIOUS)$/, password)
})

test('nor does one that is written in capitals, repeated, or has digits and signs around it', async () => {
  const words = [...(await commonPasswords())].filter((one) => /^[a-z]{4,}$/.test(one))
  const around = fc.string({ unit: fc.constantFrom(...'0123456789!?.-_ #*'.split('')), maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...words),
      fc.integer({ min: 1, max: 3 }),
      around,
      around,
      fc.boolean(),
      async (word, times, before, after, capitals) => {
        const password = before + word.repeat(times) + after
        assert.notEqual(await codeOf(capitals ? password.toUpperCase() : password), '', password)
      },
    ),
    { numRuns: 500 },
  )
})

test('simple rows are refused', async () => {
  for (const password of [
    'aaaaaaaaaaaaaaa',
    '121212121212',
    '12345678901234',
    '98765432109876',
    'abcdefghijklmnop',
    'Passwordpassword',
    'Liverpool2024!!',
  ]) {
    assert.equal(await codeOf(password), 'SEC_PASSWORD_COMMON', password)
  }
})

test('names of the account and of the product are refused, short ones as words only', async () => {
  for (const password of ['My BDRCloud is safe', 'i am Grace.Hopper today', 'xx-grace.hopper@navy.example']) {
    assert.equal(await codeOf(password), 'SEC_PASSWORD_OBVIOUS', password)
  }
  assert.equal(await codeOf('the one and only Ada', 'ada'), 'SEC_PASSWORD_OBVIOUS')
  assert.equal(await codeOf('Canada lies in the north', 'ada'), '')
})

test('pass phrases and random passwords pass', async () => {
  for (const password of ['correct horse battery', 'a long enough pass phrase', 'zT4-qLm9_wXk2.vB']) {
    assert.equal(await codeOf(password), '', password)
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 12, maxLength: 12 }), async (bytes) => {
      fc.pre(new Set(bytes).size > 8)
      assert.equal(await codeOf(`${Buffer.from(bytes).toString('base64')}`, 'operator'), '')
    }),
    { numRuns: 200 },
  )
})
