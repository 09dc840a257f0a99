/** Runs a decoder on many inputs. What makes it fail is made as small as it can be, kept, and named. */
import fc from 'fast-check'
import type { Decoder } from './decoder.ts'
import { keepInput } from './kept-inputs.ts'
import { inputsLike } from './mutations.ts'

export interface FuzzOptions {
  readonly runs: number
  /** The same seed gives the same inputs. */
  readonly seed: number
}

/** `FUZZ_RUNS` and `FUZZ_SEED` look further than the tests do. */
export function fuzzOptions(runs: number, seed: number): FuzzOptions {
  return { runs: Number(process.env['FUZZ_RUNS'] ?? runs), seed: Number(process.env['FUZZ_SEED'] ?? seed) }
}

export async function fuzz({ name, examples, read }: Decoder, { runs, seed }: FuzzOptions): Promise<void> {
  const property = fc.asyncProperty(inputsLike(examples), async (bytes) => read(bytes))
  const result = await fc.check(property, { numRuns: runs, seed, interruptAfterTimeLimit: 600_000 })
  const [input] = result.counterexample ?? []
  if (!result.failed || !input) return
  const path = keepInput(name, input)
  throw new Error(`${name} fails; the input is kept as ${path}: mend the decoder, commit both`, {
    cause: result.errorInstance,
  })
}
