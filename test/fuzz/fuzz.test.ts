/** Decoders and inputs nobody foresaw: a value or a coded error, always. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoders } from './decoders.ts'
import { fuzz, fuzzOptions } from './fuzz.ts'
import { keptDecoders, keptInputs } from './kept-inputs.ts'

for (const decoder of decoders) {
  test(`kept inputs of ${decoder.name} give a value or a coded error`, async () => {
    for (const { name, bytes } of keptInputs(decoder.name)) {
      await Promise.resolve(decoder.read(bytes)).catch((cause: unknown) =>
        assert.fail(`${name}: ${cause instanceof Error ? cause.stack : String(cause)}`),
      )
    }
  })
  test(`any input of ${decoder.name} gives a value or a coded error`, () =>
    fuzz(decoder, fuzzOptions(1500, 1)))
}

test('nothing is kept that nobody reads', () => {
  const names = decoders.map(({ name }) => name)
  assert.deepEqual(
    keptDecoders().filter((name) => !names.includes(name)),
    [],
  )
})
