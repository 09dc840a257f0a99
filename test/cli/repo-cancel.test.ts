/** Ctrl-C in the middle of a backup, a prune and a restore; all other commands are in `test/deep/cli`. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ByteRange, FileType } from '../../src/repository/index.ts'
import { assertCancelled, type Held, place, type Step } from './cancel-place.ts'

test('Ctrl-C in a backup leaves no snapshot, no lock and no fault', async (context) => {
  const { source, cancelled, assertWhole, resticPasses } = await place(context)
  writeFileSync(join(source, 'another'), randomBytes(3_000_000))
  for (const type of ['data', 'index', 'snapshots'] as const) {
    const outcome = await cancelled((step, kind) => step === 'save' && kind === type, 'backup', source)
    assertCancelled(outcome, type)
    await assertWhole(type)
  }
  await resticPasses()
})

test('Ctrl-C in a prune leaves everything that is needed, wherever it comes', async (context) => {
  const { cancelled, assertWhole, resticPasses } = await place(context)
  const middles: readonly (readonly [Step, FileType])[] = [
    ['save', 'data'],
    ['save', 'index'],
    ['remove', 'index'],
    ['remove', 'data'],
  ]
  for (const [step, type] of middles) {
    const outcome = await cancelled(
      (one, kind) => one === step && kind === type,
      'prune',
      '--max-unused',
      '0',
    )
    assertCancelled(outcome, `${step} ${type}`)
    await assertWhole(`${step} ${type}`)
  }
  await resticPasses()
})

test('SIGTERM ends a command as Ctrl-C does', async (context) => {
  const { interrupted, assertWhole } = await place(context)
  const middle: Held = (step, type) => step === 'load' && type === 'data'
  assertCancelled(await interrupted(1, middle, ['validate'], { interruptBy: 'SIGTERM' }), 'SIGTERM')
  await assertWhole('SIGTERM')
})

test('Ctrl-C in a restore leaves whole files only', async (context) => {
  const { around, source, cancelled, assertWhole } = await place(context)
  const target = join(around, 'target')
  const large = (range: ByteRange | undefined) => range !== undefined && range.length > 500_000
  assertCancelled(
    await cancelled(
      (step, type, range) => step === 'load' && type === 'data' && large(range),
      'restore',
      `latest:${source}`,
      target,
    ),
    'restore',
  )
  await assertWhole('restore')
  for (const name of existsSync(target) ? readdirSync(target) : [])
    assert.ok(readFileSync(join(target, name)).equals(readFileSync(join(source, name))), name)
})

test('a second Ctrl-C ends a command whose place does not even answer its clean-up', async (context) => {
  const { source, interrupted } = await place(context)
  writeFileSync(join(source, 'another'), randomBytes(3_000_000))
  // The first pack, and not those that are saved beside it: the second moment is the clean-up.
  let packs = 0
  const stuck: Held = (step, type) =>
    (step === 'save' && type === 'data' && ++packs === 1) || (step === 'remove' && type === 'locks')
  const outcome = await interrupted(2, stuck, ['backup', source])
  assert.equal(outcome.code, 130)
})
