/** The machine: Node, limits of the process, time zone, disks, the port. */
import { existsSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Configuration } from '../../config/index.ts'
import { type Finding, problem, reasonOf, warning, well } from './finding.ts'

const leastNode = 24
const gibibyte = 2 ** 30
/** Of open files: 1,000 event streams, connections of the database, files of repositories. */
const fewestFiles = 4096

export function checkRuntime(): Finding[] {
  const { version } = process
  const major = Number(version.slice(1).split('.')[0])
  const node =
    major >= leastNode
      ? well('Node', version)
      : problem(
          'Node',
          `${version} is too old`,
          `Start the server with Node ${leastNode} or newer (npm start brings its own).`,
        )
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zoneFinding = zone
    ? well('time zone', zone)
    : warning('time zone', 'is not known', 'Set TZ or /etc/localtime: nightly checks follow it.')
  const root =
    process.getuid?.() === 0
      ? [
          warning(
            'account',
            'this runs as root',
            'Run the server as an account of its own (deploy/systemd/bdrcloud.service).',
          ),
        ]
      : [well('account', `user id ${process.getuid?.() ?? 'unknown'}`)]
  return [node, zoneFinding, ...root, ...checkFileLimit(read('/proc/self/limits'))]
}

/** `limits`: text of /proc/self/limits; Node raises its own soft limit to the hard one. */
export function checkFileLimit(limits: string): Finding[] {
  const [, hard = ''] = /^Max open files\s+\S+\s+(\S+)/m.exec(limits) ?? []
  if (hard === '') return []
  return hard === 'unlimited' || Number(hard) >= fewestFiles
    ? [well('open files', `at most ${hard}`)]
    : [
        warning(
          'open files',
          `at most ${hard}`,
          `Allow ${fewestFiles} or more: LimitNOFILE= in the unit, ulimit -Hn in a shell.`,
        ),
      ]
}

/** Free bytes and inodes of a folder's file system; a folder that is not there yet counts by the nearest above. */
export async function checkDisk(name: string, folder: string): Promise<Finding[]> {
  const check = `disk of the ${name}`
  let place = folder
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place)
  const { bavail, blocks, bsize, ffree, files } = await statfs(place)
  return judgeDisk(check, {
    freeBytes: bavail * bsize,
    totalBytes: blocks * bsize,
    freeFiles: ffree,
    totalFiles: files,
  })
}

export function judgeDisk(
  check: string,
  space: { freeBytes: number; totalBytes: number; freeFiles: number; totalFiles: number },
): Finding[] {
  const { freeBytes, totalBytes, freeFiles, totalFiles } = space
  const text = `${(freeBytes / gibibyte).toFixed(1)} GiB of ${(totalBytes / gibibyte).toFixed(1)} GiB free`
  const bytes =
    freeBytes < gibibyte / 4
      ? problem(check, text, 'Free space or enlarge the disk: backups and the database stop when it is full.')
      : freeBytes < totalBytes / 10 && freeBytes < 50 * gibibyte
        ? warning(check, text, 'Free space or enlarge the disk before it is full.')
        : well(check, text)
  // Some file systems have no fixed number of inodes and say 0.
  const scarce = totalFiles > 0 && freeFiles < totalFiles / 20
  return scarce
    ? [
        bytes,
        warning(
          check,
          `${freeFiles} of ${totalFiles} inodes free`,
          'Remove many small files, or use a file system with more inodes.',
        ),
      ]
    : [bytes]
}

/** Free, or taken by this very server. */
export async function checkPort({ host, port, tls }: Configuration): Promise<Finding[]> {
  if (port === 0) return [well('port', 'a free one is taken at the start')]
  const address = host === 'localhost' ? '127.0.0.1' : host
  const taken = await new Promise<Error | null>((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ host: address, port }, () => server.close(() => resolve(null)))
  })
  if (taken === null) return [well('port', `${port} of ${host} is free`)]
  if ((taken as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
    return [
      problem(
        'port',
        `${port} of ${host} cannot be listened on: ${taken.message}`,
        'Correct --host and --port.',
      ),
    ]
  }
  if (tls !== null) return [well('port', `${port} of ${host} is in use, presumably by this server`)]
  try {
    const answer = await fetch(`http://${address}:${port}/api/v1/health`, {
      signal: AbortSignal.timeout(5_000),
    })
    const text = (await answer.text()).slice(0, 100)
    if (text.includes('"ok"')) return [well('port', `the server answers on ${port} of ${host}`)]
    return [inUse(port, host, `it answers ${answer.status}`)]
  } catch (error) {
    return [inUse(port, host, reasonOf(error))]
  }
}

function inUse(port: number, host: string, reason: string): Finding {
  return problem(
    'port',
    `${port} of ${host} is in use by another program (${reason})`,
    'Stop that program, or choose another port with --port.',
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
