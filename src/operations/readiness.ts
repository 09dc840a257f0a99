/** Whether the server can do its work: what a load balancer or an operator asks. Looked at anew at most every five seconds, whoever asks. */
import type { ReadinessCheck } from '../contract/index.ts'
import type { Logger } from '../shared/index.ts'
import { within } from './time-limit.ts'

export interface ReadinessProbe {
  readonly name: ReadinessCheck['name']
  /** Null when all is well, else what is wrong in words without secrets. A throw is a failure, too. */
  readonly run: () => Promise<string | null>
}

const freshFor = 5_000
const timeLimit = 5_000

/** Answers every check in the order given; never throws. */
export function createReadiness(parts: {
  probes: readonly ReadinessProbe[]
  logger: Logger
}): () => Promise<ReadinessCheck[]> {
  let readAt = Number.NEGATIVE_INFINITY
  let latest: Promise<ReadinessCheck[]> = Promise.resolve([])
  let told = ''
  const look = async (): Promise<ReadinessCheck[]> => {
    const checks = await Promise.all(parts.probes.map(checked))
    const wrong = checks.filter(({ ok }) => !ok)
    const words = wrong.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
    // Once for each change, however often it is asked.
    if (words !== told) {
      if (words === '') parts.logger.info({}, 'ready for work again')
      else parts.logger.warn({ reason: words }, 'not ready for work')
      told = words
    }
    return checks
  }
  return () => {
    if (performance.now() - readAt >= freshFor) {
      readAt = performance.now()
      latest = look()
    }
    return latest
  }
}

async function checked({ name, run }: ReadinessProbe): Promise<ReadinessCheck> {
  try {
    const reason = await within(timeLimit, run())
    return { name, ok: reason === null, reason }
  } catch (error) {
    return { name, ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}
