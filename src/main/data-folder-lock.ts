/**
 * One server for one data folder. The lock is a file with process id and start time of the holder: a process id alone may be
 * somebody else's by the time that a killed server's lock is found. The file appears whole (link), so it is never read half written.
 */
import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from './errors.ts'

/** Takes the lock; returns the function that gives it back. Throws MAIN_DATA_IN_USE. */
export function lockDataFolder(folder: string): () => void {
  const file = join(folder, 'server.lock')
  const mine = `${process.pid} ${startTimeOf(process.pid)}\n`
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(draft, file)) return () => release(file, mine)
      const holder = read(file)
      if (holder !== null && isHeld(holder)) throw fail('MAIN_DATA_IN_USE', { folder, pid: pidOf(holder) })
      if (holder !== null) removeStale(file, holder)
    }
    throw fail('MAIN_DATA_IN_USE', { folder, pid: pidOf(read(file) ?? '') })
  } finally {
    rmSync(draft, { force: true })
  }
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves it away first: if another starter was quicker, what we moved is its lock, and it is put back. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  if (read(aside) !== stale) linked(aside, file)
  rmSync(aside, { force: true })
}

function release(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true })
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

const pidOf = (lock: string) => Number.parseInt(lock, 10) || 0

function isHeld(lock: string): boolean {
  const pid = pidOf(lock)
  const started = startTimeOf(pid)
  return pid > 0 && started !== '' && lock.trim() === `${pid} ${started}`
}

/** Start time of a process, in whatever unit the system tells it; empty when there is no such process. */
function startTimeOf(pid: number): string {
  if (process.platform === 'linux') {
    const stat = read(`/proc/${pid}/stat`)
    // Field 22 (proc_pid_stat(5)); the name in field 2 may contain spaces and brackets.
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5000,
    }).trim()
  } catch {
    return ''
  }
}
