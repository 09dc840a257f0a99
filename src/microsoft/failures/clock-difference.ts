/** Clocks that differ by more than this are worth a word: Microsoft allows five minutes and less. */
const allowedMs = 2 * 60_000

/**
 * Says by how much the clock of this server differs from Microsoft's, with both times.
 * @param date header `Date` of Microsoft's answer
 * @param now milliseconds since the epoch, as this server knows them
 * @returns undefined when the clocks agree, or when Microsoft's is not known
 */
export function clockDifference(date: string | undefined, now: number): string | undefined {
  const theirs = date === undefined ? Number.NaN : Date.parse(date)
  if (Number.isNaN(theirs) || Math.abs(theirs - now) <= allowedMs) return undefined
  const minutes = Math.round(Math.abs(theirs - now) / 60_000)
  const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
  return `The clock of this server says ${iso(now)}, Microsoft's says ${iso(theirs)}: it is ${minutes} minutes ${now < theirs ? 'behind' : 'ahead'}.`
}
