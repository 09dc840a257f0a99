/**
 * After a lost delta position, what a full enumeration does not meet counts as deleted. When that is more than a fifth of a
 * container, it may as well be a fault on the other side: the removals are held back once, the run says so and is partial,
 * and the next run enumerates again. What two enumerations in different runs miss is gone; earlier restore points keep it.
 */

import { fail } from '../errors.ts'
import { addNotice, type ResourceProgress } from './resource-progress.ts'

const largestPlainShare = 0.2

export function holdsBack(
  missing: number,
  open: number,
  heldSequence: number | null,
  sequence: number,
): boolean {
  const wasHeldBefore = heldSequence !== null && heldSequence < sequence
  return !wasHeldBefore && missing > open * largestPlainShare
}

export function noteHeld(progress: ResourceProgress, missing: number, open: number, container: string): void {
  addNotice(progress, fail('JOB_RESYNC_HELD', { missing, open, container }))
}
