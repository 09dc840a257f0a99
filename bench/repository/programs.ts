/** The two programs that are compared: this project's command line, launcher and all, and stock restic. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/run.ts'
import type { Command } from '../measure.ts'

/** What a program is asked to do, in the words that both command lines share. */
export interface Program {
  readonly name: 'ours' | 'restic'
  readonly repository: string
  command(...parameters: string[]): Command
}

export interface ProgramOptions {
  /** Scratch folder of this repetition. */
  readonly folder: string
  /** As both know it: `auto`, `off`, `max`. */
  readonly compression: string
}

const password = 'only a bench'

export function ours({ folder, compression }: ProgramOptions): Program {
  const repository = join(folder, 'repository of ours')
  const environment = {
    RESTIC_PASSWORD: password,
    RESTIC_REPOSITORY: repository,
    RESTIC_COMPRESSION: compression,
    // Locks are remembered per user; those of a bench are nobody's business.
    XDG_CONFIG_HOME: join(folder, 'configuration'),
    XDG_STATE_HOME: join(folder, 'state'),
  }
  return {
    name: 'ours',
    repository,
    command: (verb, ...parameters) => ({
      program: process.execPath,
      parameters: [join(root, 'bin/bdrcloud.mjs'), 'repo', verb ?? '', ...parameters, '--quiet'],
      environment,
    }),
  }
}

/** restic keeps its cache, as it does by default: a fresh one for each repetition, filled by its own first backup. */
export function restic({ folder, compression }: ProgramOptions): Program {
  const repository = join(folder, 'repository of restic')
  const cache = join(folder, 'cache of restic')
  mkdirSync(cache, { recursive: true })
  const environment = {
    RESTIC_PASSWORD: password,
    RESTIC_REPOSITORY: repository,
    RESTIC_COMPRESSION: compression,
    RESTIC_CACHE_DIR: cache,
  }
  return {
    name: 'restic',
    repository,
    command: (...parameters) => ({ program: 'restic', parameters: [...parameters, '--quiet'], environment }),
  }
}
