/**
 * Launcher for every script and for the command line. Plain JavaScript that any Node from 18 on can run: installs the
 * packages when the lock file is newer than the install, then hands over to the project's own Node 24.
 *
 *   node scripts/setup.mjs FILE [ARGUMENT …]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, realpathSync, statSync } from 'node:fs'
import * as module from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** npm writes this file last, so a half-done install is repeated and a newer lock file installs again. */
function installIsFresh() {
  const mark = join(root, 'node_modules', '.package-lock.json')
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function install() {
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  process.stderr.write('Installing packages (first start only) …\n')
  // Everything npm prints goes to stderr, so that stdout stays the program's own.
  const result = spawnSync(npm ? process.execPath : 'npm', npm ? [npm, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: !npm && process.platform === 'win32',
  })
  if (result.status !== 0) {
    process.stderr.write(
      `Installing packages failed${result.error ? `: ${result.error.message}` : ''}. Check the network and run the command again.\n`,
    )
    process.exit(result.status ?? 1)
  }
}

function findNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', binary)
  if (existsSync(packaged)) return packaged
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  process.stderr.write(
    `BDRCloud Server needs Node 24 or newer, and no packaged one exists for ${process.platform}-${process.arch}. ` +
      `This is Node ${process.versions.node}: install Node 24 from nodejs.org and run the command again.\n`,
  )
  process.exit(1)
}

/** Keeps compiled code in the user's cache folder, which saves half of a start: for threads and children, too, hence the environment. */
function keepCompiledCode() {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  process.env.NODE_COMPILE_CACHE ??= join(caches, 'bdrcloud', 'compiled')
  // Older Nodes only hand over.
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
}

/** Runs a TypeScript file of this checkout under Node 24: in this process when it is that Node, else in a child, whose exit code it takes. */
export async function launch(file, args) {
  if (!installIsFresh()) install()
  const node = findNode()
  process.env.BDRCLOUD_ROOT = root
  keepCompiledCode()
  if (realpathSync(node) === realpathSync(process.execPath)) {
    process.argv = [process.execPath, join(root, file), ...args]
    await import(pathToFileURL(join(root, file)).href)
    return
  }
  const child = spawn(node, [join(root, file), ...args], { stdio: 'inherit' })
  // Ctrl-C reaches the child through the terminal already: forwarding it would deliver it twice.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal) {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
      process.kill(process.pid, signal)
    } else process.exit(code ?? 1)
  })
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const [file, ...args] = process.argv.slice(2)
  if (!file) {
    process.stderr.write('usage: node scripts/setup.mjs FILE [ARGUMENT …]\n')
    process.exit(2)
  }
  await launch(file, args)
}
