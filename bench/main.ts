/**
 * Measured comparisons: `npm run bench -- NAME`. They print and write nothing else, but for a scratch folder that they remove.
 *
 *   npm run bench -- backup              runs of a simulated tenant beside a plain download loop
 *   npm run bench -- repository          this project's command line beside stock restic
 *   npm run bench -- scale               a repository with very many items
 *   npm run bench -- size                memory of the server with very many items in a mailbox and a drive
 *   npm run bench -- server              the server under load, and who works meanwhile
 */
import { Command } from 'commander'
import { registerBackupBench } from './backup/command.ts'
import { registerRepositoryBench } from './repository/command.ts'
import { registerScaleBench } from './scale/command.ts'
import { registerServerBench } from './server/command.ts'
import { registerSizeBench } from './size/command.ts'

const program = new Command('bench')
  .description('Measured comparisons; run them on a machine that does nothing else')
  .showHelpAfterError()
registerBackupBench(program)
registerRepositoryBench(program)
registerScaleBench(program)
registerServerBench(program)
registerSizeBench(program)
await program.parseAsync()
