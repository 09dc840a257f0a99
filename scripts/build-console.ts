/**
 * Builds the web console into `console/dist` when a source is newer than the last build.
 *
 *   node scripts/build-console.ts [--force]
 *
 * The sources are the console's own, the API contract that it imports, and the lock file. Vite is loaded only when there
 * is something to build, so that a start with a fresh console costs a few milliseconds.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const consoleFolder = join(root, 'console')
const built = join(consoleFolder, 'dist', 'index.html')
const sources = [
  join(consoleFolder, 'src'),
  join(consoleFolder, 'public'),
  join(consoleFolder, 'index.html'),
  join(consoleFolder, 'package.json'),
  join(consoleFolder, 'vite.config.ts'),
  join(root, 'src', 'contract'),
  join(root, 'package-lock.json'),
]

/** Newest modification time, in milliseconds, of a file or of everything in a folder; 0 if it does not exist. */
function newestChange(path: string): number {
  if (!existsSync(path)) return 0
  const own = statSync(path)
  if (!own.isDirectory()) return own.mtimeMs
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestChange(join(path, name))),
    // A folder's own time changes when a file in it is removed.
    own.mtimeMs,
  )
}

/** True when there is a build and no source is newer. */
export function consoleIsFresh(): boolean {
  return existsSync(built) && Math.max(...sources.map(newestChange)) <= statSync(built).mtimeMs
}

/** Builds the console if needed (or always, with `force`); answers whether it built. Throws Vite's error if the build fails. */
export async function buildConsole({ force = false }: { force?: boolean } = {}): Promise<boolean> {
  if (!force && consoleIsFresh()) return false
  const { build } = await import('vite')
  await build({ root: consoleFolder, configFile: join(consoleFolder, 'vite.config.ts'), logLevel: 'warn' })
  return true
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const started = Date.now()
  const didBuild = await buildConsole({ force: process.argv.includes('--force') })
  process.stderr.write(
    didBuild
      ? `Console built in ${((Date.now() - started) / 1000).toFixed(1)} s\n`
      : 'Console is up to date\n',
  )
}
