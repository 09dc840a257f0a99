/** Servers on a lab's database and vault that a test may kill; unfinished runs go on by themselves in the next. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { BackupLab } from './backup-lab.ts'

export interface KillableProcesses {
  /** @param options what `backup-process.ts` takes beside the lab */
  start(lab: BackupLab, options?: { readonly checkpointBytes?: number }): ChildProcess
  kill(child: ChildProcess): Promise<void>
  /** Kills what is left. */
  end(): void
}

export function killableProcesses(): KillableProcesses {
  const children = new Set<ChildProcess>()
  return {
    start: ({ database, keyHex, simulator, vault }, options = {}) => {
      const parts = { url: database.url, keyHex, cloud: simulator.ready.clouds.global, vault, ...options }
      const child = spawn(process.execPath, [join(import.meta.dirname, 'backup-process.ts')], {
        env: { ...process.env, BACKUP_PROCESS: JSON.stringify(parts) },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      children.add(child)
      return child
    },
    kill: async (child) => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      children.delete(child)
    },
    end: () => {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

/** Waits until something holds. @param limit milliseconds */
export async function until(condition: () => boolean | Promise<boolean>, limit = 60_000): Promise<void> {
  const deadline = Date.now() + limit
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}
