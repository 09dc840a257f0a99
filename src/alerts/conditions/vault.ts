/** The place of the backups: whether it answers, and how much room it has. */
import type { Condition } from '../alert-book.ts'
import { type Look, numberText } from './context.ts'

const reachMs = 30_000

export const lookAtVault: Look = async ({ vault, thresholds, signal }) => {
  const about = { subject: 'vault', organizationId: null }
  try {
    await withLimit(vault.reach(AbortSignal.any([signal, AbortSignal.timeout(reachMs)])), reachMs)
  } catch (error) {
    signal.throwIfAborted()
    const condition: Condition = {
      ...about,
      kind: 'vault-unreachable',
      title: 'The vault cannot be reached',
      detail: `${vault.location} does not answer: ${error instanceof Error ? error.message : String(error)}`,
      occurrence: 'unreachable',
    }
    return [condition]
  }
  const free = await vault.freeBytes()
  const gigabytes = free === null ? null : free / 1e9
  if (gigabytes === null || gigabytes >= thresholds.lowSpaceGigabytes) return []
  return [
    {
      ...about,
      kind: 'vault-space-low',
      title: 'The disk of the vault is almost full',
      detail: `Less than ${numberText(thresholds.lowSpaceGigabytes)} GB are free in ${vault.location}.`,
      occurrence: 'low',
      severity: gigabytes < thresholds.lowSpaceGigabytes / 5 ? 'critical' : 'warning',
    },
  ]
}

/** A mount that hangs answers no signal. */
async function withLimit(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 30 seconds')), milliseconds)
  })
  try {
    await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
