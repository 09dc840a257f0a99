import type { Clock, Logger } from '../shared/index.ts'

const everyMs = 60_000

/** Calls `sweep` every minute until the signal ends; resolves then. A sweep that fails is logged and tried again. */
export async function sweepForever(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  signal: AbortSignal,
  sweep: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(everyMs, signal)
      await sweep()
    } catch (error) {
      if (!signal.aborted) logger.error({ error: String(error) }, 'sweeping failed')
    }
  }
}
