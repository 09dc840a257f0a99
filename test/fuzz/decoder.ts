/** What a decoder under test is, and which of its failures are answers. */
import { isAppError } from '../../src/errors/index.ts'

export interface Decoder {
  readonly name: string
  readonly examples: readonly Buffer[]
  /** Reads an input and asserts what must hold. Coded errors are an answer. */
  readonly read: (bytes: Buffer) => void | Promise<void>
}

/** The answer, or undefined when it is one of the codes. Everything else goes through. */
export function unless<T>(work: () => T, ...codes: readonly string[]): T | undefined {
  try {
    return work()
  } catch (error) {
    if (isAppError(error, ...codes)) return undefined
    throw error
  }
}

export async function unlessLater<T>(
  work: () => Promise<T>,
  ...codes: readonly string[]
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isAppError(error, ...codes)) return undefined
    throw error
  }
}
