/** Statistics that single wild days do not move. */

/** Middle value; 0 of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which a share of the values lies, with linear interpolation between neighbours; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, share))
  const low = Math.floor(place)
  const below = sorted[low] ?? 0
  const above = sorted[low + 1] ?? below
  return below + (above - below) * (place - low)
}

/** How many of standard deviations of a normal distribution one median absolute deviation is. */
const normal = 1.4826

/**
 * How far a value lies above what is usual, in standard deviations as the median absolute deviation estimates them. Counts that hardly ever
 * vary would make every other count look wild, so the deviation is at least that of a Poisson distribution, and at least one.
 */
export function robustScore(value: number, usual: readonly number[]): number {
  const middle = median(usual)
  const deviation = normal * median(usual.map((one) => Math.abs(one - middle)))
  return (value - middle) / Math.max(deviation, Math.sqrt(middle), 1)
}
