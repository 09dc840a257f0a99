/**
 * Runs a program and tells what it took. Seconds from start to end, CPU seconds (user and system) of it and everything it started, as
 * bash counts them, and peak memory: the sum over its processes of the most each ever held (`VmHWM`), looked at every 15 ms.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMiB: number
}

export interface Command {
  readonly program: string
  readonly parameters: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

const sampleInterval = 15
const timeLimit = 30 * 60_000

/** Runs the command, its standard output thrown away. Rejects with its messages when it fails or takes half an hour. */
export async function measure(command: Command): Promise<Measured> {
  const start = performance.now()
  // `times` prints the shell's own times, then those of its children.
  const script = '"$@" >/dev/null; status=$?; times >&3; exit $status'
  const child = spawn('bash', ['-c', script, 'bash', command.program, ...command.parameters], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...command.environment },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: timeLimit,
  })
  let peak = 0
  const sampler = setInterval(() => {
    // The shell itself is not what is measured.
    const bytes = descendants(child.pid ?? 0).reduce((sum, pid) => sum + highWaterMark(pid), 0)
    peak = Math.max(peak, bytes)
  }, sampleInterval)
  try {
    const [messages, times, status] = await Promise.all([
      textOf(child.stdio[2]),
      textOf(child.stdio[3]),
      new Promise<number | null>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', resolve)
      }),
    ])
    const seconds = (performance.now() - start) / 1000
    if (status !== 0) {
      throw new Error(`${command.program} ${command.parameters.join(' ')} failed (${status}):\n${messages}`)
    }
    return { seconds, cpuSeconds: cpuSeconds(times), peakMiB: peak / 2 ** 20 }
  } finally {
    clearInterval(sampler)
  }
}

/** Several measurements of one thing: times by their medians, memory by its maximum. */
export function combine(all: readonly Measured[]): Measured {
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map((one) => one.cpuSeconds)),
    peakMiB: Math.max(...all.map(({ peakMiB }) => peakMiB)),
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

async function textOf(stream: unknown): Promise<string> {
  let text = ''
  for await (const part of stream as AsyncIterable<Buffer>) text += part.toString()
  return text
}

/** From the second line of bash's `times`: `0m1.234s 0m0.567s`. */
function cpuSeconds(times: string): number {
  const line = times.trim().split('\n')[1] ?? ''
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  )
}

function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

/** Bytes. */
function highWaterMark(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

/** A process may have ended since it was listed. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
