/** Refusals of the operating system as data: errors lose what matters on their way between threads. */

export interface Fault {
  /** The operating system's code, like `EACCES`, or words of ours. */
  readonly fault: string
}

/** Does the work; answers what the operating system refused, or undefined when it was done. */
export function faultOf(work: () => void): Fault | undefined {
  try {
    work()
    return undefined
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    return { fault: String(cause.code) }
  }
}

/** The result of the work, or what the operating system refused. */
export function orFault<T>(work: () => T): T | Fault {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    return { fault: String(cause.code) }
  }
}
