/** What every `repo` command shares: where the repository is, its password, what a signal and an error do. No server is needed. */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import {
  type Backend,
  backendOf,
  type Compression,
  hasPassword,
  type OpenOptions,
  openRepository,
  type Repository,
} from '../../../repository/index.ts'
import { fail } from '../../errors.ts'
import { exitCodesHelp } from './exit-codes.ts'
import { lockHost } from './lock-host.ts'
import { readPassword } from './password.ts'
import { textOf } from './text-file.ts'

export interface RepositoryOptions {
  readonly repo?: string
  readonly repositoryFile?: string
  readonly passwordFile?: string
  readonly passwordCommand?: string
  readonly cacert?: string
  readonly compression?: string
  readonly extraVerify?: boolean
  readonly packSize?: string
  readonly diskIndex?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export function withRepositoryOptions(command: Command): Command {
  return command
    .option('-r, --repo <location>', 'where the repository is (or RESTIC_REPOSITORY)')
    .option('--repository-file <file>', 'file with the location (or RESTIC_REPOSITORY_FILE)')
    .option(
      '-p, --password-file <file>',
      'file with the password (or RESTIC_PASSWORD_FILE, or the password in RESTIC_PASSWORD)',
    )
    .option('--password-command <command>', 'command that prints the password (or RESTIC_PASSWORD_COMMAND)')
    .option('--cacert <file>', 'authority of the TLS certificate of the storage place (or RESTIC_CACERT)')
    .option(
      '--disk-index <folder>',
      'keep the index in this folder instead of in memory: for tens of millions of blobs; kept for the next command',
    )
    .option('-q, --quiet', 'no progress')
    .option('--json', 'print the result as JSON, one object a line, the last one a summary')
    .addHelpText('after', exitCodesHelp)
}

export function withCompression(command: Command): Command {
  return command
    .option('--compression <mode>', 'off, fastest, default (or auto), better or max (or RESTIC_COMPRESSION)')
    .option('--no-extra-verify', 'do not open and compare what was sealed before it is stored')
    .option('--pack-size <MiB>', 'size of new packs, 4 to 128 (default: 16, or RESTIC_PACK_SIZE)')
}

/** The storage place of the flags or the environment; `prefix` is that of the variables. */
export async function chosenBackend(options: RepositoryOptions, prefix = 'RESTIC_'): Promise<Backend> {
  const environment = process.env
  if (options.repo !== undefined && hasPassword(options.repo))
    throw fail('CLI_BAD_INPUT', {
      what: 'The location holds a password, which everybody on this machine can see in the list of processes.',
      remedy:
        'Give it in RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD, or the location in RESTIC_REPOSITORY.',
    })
  const file = options.repositoryFile ?? environment[`${prefix}REPOSITORY_FILE`]
  const location =
    options.repo ??
    (options.repositoryFile ? undefined : environment[`${prefix}REPOSITORY`]) ??
    firstLine(file)
  if (location === undefined || location === '')
    throw fail('CLI_BAD_INPUT', {
      what: 'No repository was named.',
      remedy: `Give its location with ${prefix === 'RESTIC_' ? '--repo' : '--from-repo'} or in ${prefix}REPOSITORY.`,
    })
  const authority = options.cacert ?? environment['RESTIC_CACERT']
  return backendOf(location, {
    environment,
    ...(authority === undefined ? {} : { certificateAuthority: textOf(authority) }),
  })
}

/** Opens the repository of the flags or the environment; the caller closes it. Without its index, it can be checked and repaired. */
export async function openChosen(
  options: RepositoryOptions,
  readIndex: boolean,
  signal: AbortSignal,
): Promise<Repository> {
  const backend = await chosenBackend(options)
  const compression = chosenCompression(options.compression ?? process.env['RESTIC_COMPRESSION'])
  try {
    return await openRepository(backend, {
      password: await readPassword(options),
      host: lockHost(),
      compression,
      readIndex,
      signal,
      extraVerify: options.extraVerify ?? true,
      ...chosenPackSize(options.packSize ?? process.env['RESTIC_PACK_SIZE']),
      ...chosenIndex(options),
    })
  } catch (error) {
    await backend.close()
    throw error
  }
}

/** The folder of the index, if it is to be on disk. */
export function chosenIndex({ diskIndex }: RepositoryOptions): Pick<OpenOptions, 'index'> {
  return diskIndex === undefined ? {} : { index: { kind: 'disk', folder: resolve(diskIndex) } }
}

/** From a number of MiB, as restic has it; 0 is its word for the usual size. */
function chosenPackSize(text = '0'): Pick<OpenOptions, 'packSize'> {
  if (!/^\d{1,6}$/.test(text))
    throw fail('CLI_BAD_INPUT', { what: `“${text}” is no size of packs.`, remedy: 'Give 4 to 128 (MiB).' })
  return Number(text) === 0 ? {} : { packSize: Number(text) * 1024 ** 2 }
}

/** `auto` is restic's word for its default. */
const compressions: Readonly<Record<string, Compression>> = {
  off: 'off',
  fastest: 'fastest',
  auto: 'default',
  default: 'default',
  better: 'better',
  max: 'max',
}

function chosenCompression(mode = 'default'): Compression {
  const compression = compressions[mode]
  if (compression === undefined)
    throw fail('CLI_BAD_INPUT', {
      what: `There is no compression “${mode}”.`,
      remedy: `Choose one of ${Object.keys(compressions).join(', ')}.`,
    })
  return compression
}

/** The name that snapshots of this machine carry, as restic's do. */
export function snapshotHost(option: string | undefined): string {
  return option ?? process.env['RESTIC_HOST'] ?? hostname()
}

function firstLine(file: string | undefined): string | undefined {
  return file === undefined ? undefined : textOf(file).split('\n')[0]?.trim()
}
