/** One of many who use the server: requests as from an address of its own, which the server believes its proxy. */
import { readFileSync } from 'node:fs'

/** The n-th address of those that are for documents (RFC 5737 and 2544) and so belong to nobody. */
export function addressOf(n: number): string {
  return `198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
}

/** Headers of a request over https from that address. */
export function comingFrom(address: string): Record<string, string> {
  return { 'x-forwarded-for': address, 'x-forwarded-proto': 'https' }
}

/** Signs in as a program does; the token, or the status that came instead. */
export async function signIn(
  server: string,
  from: string,
  operator: { userName: string; password: string },
): Promise<{ token: string } | { status: number }> {
  const answer = await fetch(`${server}/api/v1/session/token`, {
    method: 'POST',
    headers: { ...comingFrom(from), 'content-type': 'application/json' },
    body: JSON.stringify(operator),
    signal: AbortSignal.timeout(600_000),
  })
  if (!answer.ok) {
    await answer.body?.cancel()
    return { status: answer.status }
  }
  return { token: ((await answer.json()) as { token: string }).token }
}

/** Resident memory of a process at this moment, in MiB. */
export function residentMiB(pid: number): number {
  const kilobytes = Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  return kilobytes / 1024
}

/** Like 0.5 for the median; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
