/** What a step of the scale bench answers. */

/** Seconds since the process began, and its memory then in MiB (resident, all threads). */
export type Sample = readonly [seconds: number, mebibytes: number]

export interface ScaleResult {
  /** Until the repository was open. */
  readonly opened: number
  /** From the start of the process to its end. */
  readonly seconds: number
  readonly cpuSeconds: number
  /** The most it ever held, as the operating system counts it. */
  readonly peakMiB: number
  /** Blobs that were new. */
  readonly blobs: number
  readonly samples: readonly Sample[]
}
