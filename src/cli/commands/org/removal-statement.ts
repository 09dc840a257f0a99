import { type RemovalView, statementText } from '../../../contract/index.ts'
import { note, plain } from '../../terminal.ts'

/** The statement goes to stdout, to be kept. */
export function printStatement(removal: RemovalView): void {
  const text = statementText(removal)
  if (text === '') note(`The removal is in state "${removal.state}".`)
  for (const line of text.split('\n')) process.stdout.write(`${plain(line)}\n`)
}
