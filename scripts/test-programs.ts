import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Programs that tests use, and the Debian package each comes from. */
const programs = [
  { path: '/usr/bin/restic', debianPackage: 'restic' },
  { path: '/usr/bin/chromium-headless-shell', debianPackage: 'chromium-headless-shell' },
  { path: '/usr/bin/rclone', debianPackage: 'rclone' },
  { path: '/usr/bin/ceph-mon', debianPackage: 'ceph-mon' },
  { path: '/usr/bin/ceph-osd', debianPackage: 'ceph-osd' },
  { path: '/usr/bin/radosgw', debianPackage: 'radosgw' },
  { path: '/usr/bin/ceph', debianPackage: 'ceph-common' },
  { path: '/usr/sbin/ip', debianPackage: 'iproute2' },
  { path: '/usr/bin/systemd-analyze', debianPackage: 'systemd' },
  { path: '/usr/bin/promtool', debianPackage: 'prometheus' },
] as const

/** Installs the missing programs by apt-get where this is possible (Debian, root); otherwise says what will be skipped. */
export async function installTestPrograms(): Promise<void> {
  const missing = programs
    .filter((program) => !existsSync(program.path))
    .map((program) => program.debianPackage)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(`Not installed, tests that need them are skipped: ${missing.join(', ')}\n`)
    return
  }
  process.stderr.write(`Installing Debian packages for the tests: ${missing.join(', ')} …\n`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const aptGet = (args: string[]) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env: environment, timeout: 600_000 }).status
  aptGet(['update', '-qq'])
  if (aptGet(['install', '-y', '-qq', '--no-install-recommends', ...missing]) !== 0)
    throw new Error(`apt-get could not install ${missing.join(', ')}`)
}
