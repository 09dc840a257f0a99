/**
 * `postmaster.pid` tells which process serves a data folder. After a kill of our server PostgreSQL lives on, and after a kill of
 * both the file may name a process that is something else by now, which would keep PostgreSQL from starting.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface PostmasterFile {
  readonly pid: number
  readonly socketDirectory: string
}

/** Lines of the file: process id, data folder, start time, port, first socket folder (PostgreSQL 18, pidfile.h). */
export function readPostmasterFile(dataFolder: string): PostmasterFile | null {
  try {
    const lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Math.abs(Number(lines[0]))
    return Number.isInteger(pid) && pid > 1 ? { pid, socketDirectory: lines[4] ?? '' } : null
  } catch {
    return null
  }
}

/** True when the process runs and is a PostgreSQL on just this data folder. */
export function servesFolder(pid: number, dataFolder: string): boolean {
  if (!isAlive(pid)) return false
  const words = commandOf(pid)
  return (
    words.some((word) => /(^|\/)postgres(\.exe)?$/.test(word)) &&
    words.some((word) => sameFolder(word, dataFolder))
  )
}

/** Removes a file that names no PostgreSQL of this folder. */
export function removeStaleFile(dataFolder: string): void {
  rmSync(join(dataFolder, 'postmaster.pid'), { force: true })
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return commandFromProcessList(pid)
  }
}

/** Where there is no /proc. Folders with spaces come out in pieces, so the whole line is offered as one word too. */
function commandFromProcessList(pid: number): string[] {
  try {
    const line = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 5000,
    }).trim()
    const folder = / -D (.*?) -k /.exec(line)?.[1]
    return [...line.split(' '), ...(folder ? [folder] : [])]
  } catch {
    return []
  }
}

function sameFolder(word: string, folder: string): boolean {
  if (word === folder) return true
  try {
    return word.startsWith('/') && realpathSync(word) === realpathSync(folder)
  } catch {
    return false
  }
}
