/** Commands for the server's own machine. They read its configuration and work with its database; the server may run or not. */
import type { Command } from 'commander'
import { registerDoctor } from './doctor.ts'
import { registerState } from './state.ts'
import { registerSupportBundle } from './support-bundle.ts'
import { registerTls } from './tls.ts'

export function registerMachineCommands(program: Command): void {
  registerDoctor(program)
  registerState(program.command('state').description("backup of the server's own state"))
  registerSupportBundle(program)
  registerTls(program.command('tls').description("the TLS certificate of the server's own https"))
}
