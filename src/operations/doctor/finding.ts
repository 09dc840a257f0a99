/** What a look at one thing found. */
export interface Finding {
  /** What was looked at, e.g. `disk of the data folder`. */
  readonly check: string
  /** `warning`: works, but not well or not for long. `problem`: something does not work. */
  readonly state: 'ok' | 'warning' | 'problem'
  /** What was seen. Nothing secret. */
  readonly text: string
  /** What to do about it; null where all is well. */
  readonly advice: string | null
}

export function well(check: string, text: string): Finding {
  return { check, state: 'ok', text, advice: null }
}

export function warning(check: string, text: string, advice: string): Finding {
  return { check, state: 'warning', text, advice }
}

export function problem(check: string, text: string, advice: string): Finding {
  return { check, state: 'problem', text, advice }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** A check that breaks off is a finding, too. */
export async function looked(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [problem(check, `could not be looked at: ${reasonOf(error)}`, 'See what the message names.')]
  }
}
