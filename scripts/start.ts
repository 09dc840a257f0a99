/** `npm start`: builds the console where this is a checkout whose console is old, then is the server. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildConsole, consoleIsFresh } from './build-console.ts'
import { root } from './run.ts'

// A release has the console built and no Vite.
const canBuild = existsSync(join(root, 'node_modules', 'vite'))
if (canBuild && !process.argv.includes('--help') && !consoleIsFresh()) {
  process.stderr.write('Building the console …\n')
  await buildConsole()
}
await import('../src/main.ts')
