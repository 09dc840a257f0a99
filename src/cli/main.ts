/** The command line: a client of the REST API. One file per verb under `commands/`. */
import { Command } from 'commander'
import { reportError } from './command.ts'
import { version } from './version.ts'

const program = new Command('bdrcloud')
  .description(
    'BDRCloud Server: back up Microsoft 365 organizations into restic repositories, and restore them',
  )
  .version(version)
  .showHelpAfterError("(see 'bdrcloud --help')")

/** Commands that use the server's configuration and database instead of its API. */
const onThisMachine = ['doctor', 'state', 'support-bundle', 'tls']

// Each kind of command loads much that the other does not need: the repository engine, or the contract of the API.
if (process.argv[2] === 'repo') {
  const { registerRepo } = await import('./commands/repo/index.ts')
  registerRepo(program)
} else if (onThisMachine.includes(process.argv[2] ?? '')) {
  const { registerMachineCommands } = await import('./commands/machine/index.ts')
  registerMachineCommands(program)
} else {
  const { registerServerCommands } = await import('./server-commands.ts')
  registerServerCommands(program)
  program.command('repo').description('restic repositories, without a server')
  program.command('doctor').description("what is wrong with the server, on the server's own machine")
  program.command('state').description("backup of the server's own state, on the server's own machine")
  program.command('support-bundle').description("a file for whoever helps, on the server's own machine")
  program.command('tls').description("the server's own certificate, on the server's own machine")
}

try {
  await program.parseAsync()
} catch (error) {
  reportError(error, process.argv.includes('--json'))
}
