/** Positions of rounds over changes end when Microsoft decides so, also in the middle of a round and of the full enumeration that follows. */
import { isResyncRequired } from '../../microsoft/index.ts'

/** So often in a run a container is enumerated anew; what is stored stays, so the next run goes on. */
const lossesBearable = 3

/**
 * Goes round, and anew from the beginning when the position is lost.
 * @param lost prepares for another enumeration
 * @throws what `round` throws; the loss itself after some
 */
export async function goRoundAgain<T>(round: () => Promise<T>, lost: () => Promise<void> | void): Promise<T> {
  for (let losses = 0; ; losses += 1) {
    try {
      return await round()
    } catch (error) {
      if (losses === lossesBearable || !isResyncRequired(error)) throw error
      await lost()
    }
  }
}
