/** Ctrl-C in every command of repositories, at every kind of request. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FileType, initRepository, localBackend } from '../../../src/repository/index.ts'
import { assertCancelled, type Held, place } from '../../cli/cancel-place.ts'
import { cheapScrypt, password, resticOn } from '../../repository/support.ts'

test('every other command ends at Ctrl-C with its code, wherever the place holds it, and leaves no lock', async (context) => {
  const { around, kept, cancelled, interrupted, assertWhole, resticPasses } = await place(context)
  const newPassword = join(around, 'new-password')
  writeFileSync(newPassword, 'second')
  const saved =
    (wanted: FileType): Held =>
    (step, type) =>
      step === 'save' && type === wanted
  const loaded =
    (wanted: FileType): Held =>
    (step, type) =>
      step === 'load' && type === wanted
  const listed =
    (wanted: FileType): Held =>
    (step, type) =>
      step === 'list' && type === wanted
  const removed =
    (wanted: FileType): Held =>
    (step, type) =>
      step === 'remove' && type === wanted
  const middles: readonly (readonly [parameters: readonly string[], middle: Held])[] = [
    // Before there is a lock, too.
    [['snapshots'], loaded('config')],
    [['snapshots'], loaded('index')],
    [['snapshots'], loaded('snapshots')],
    [['ls', 'latest'], loaded('data')],
    [['stats'], loaded('data')],
    [['check', '--read-data'], loaded('data')],
    [['validate'], loaded('data')],
    [['validate'], listed('data')],
    [['forget', '--keep-last', '1'], saved('locks')],
    [['forget', kept.id], removed('snapshots')],
    [['repair-index', '--read-all-packs'], loaded('data')],
    [['repair-index', '--read-all-packs'], saved('index')],
    [['key', 'list'], listed('keys')],
    [['key', 'add', '--new-password-file', newPassword], saved('keys')],
    [['dump', 'latest', '/0', '--target', join(around, 'dumped')], loaded('snapshots')],
  ]
  for (const [number, [parameters, middle]] of middles.entries()) {
    const what = `${parameters.join(' ')} (${number})`
    assertCancelled(await cancelled(middle, ...parameters), what)
    await assertWhole(what)
  }
  // A copy of this repository into another: the one that is read is held.
  const other = join(around, 'other')
  await initRepository(localBackend(other), { password, scrypt: cheapScrypt })
  const environment = { RESTIC_REPOSITORY: other }
  for (const middle of [loaded('config'), loaded('data')]) {
    const outcome = await interrupted(1, middle, ['copy'], { environment })
    assertCancelled(outcome, 'copy')
    await assertWhole('copy')
    assert.deepEqual(await Array.fromAsync(localBackend(other).list('locks')), [])
    assert.deepEqual(await Array.fromAsync(localBackend(other).list('snapshots')), [])
  }
  await resticOn(other)('check', '--read-data')
  await resticPasses()
})
