import type { Command } from 'commander'
import type { MicrosoftExplanation } from '../../contract/index.ts'
import { type CommonOptions, signedInClient, withCommonOptions } from '../command.ts'
import { printJson } from '../terminal.ts'

export function registerExplain(program: Command): void {
  withCommonOptions(program.command('explain'))
    .description("say what an error of Microsoft means, e.g. one that Microsoft's sign-in page shows")
    .argument('<code>', 'AADSTS number, or another code of Microsoft')
    .action(async (code: string, options: CommonOptions) => {
      const client = await signedInClient(options)
      const found = await client.get<MicrosoftExplanation>(`/microsoft-errors/${encodeURIComponent(code)}`)
      if (options.json) printJson(found)
      else process.stdout.write(`${found.code}: ${found.happened}\n${found.why}\n${found.remedy}\n`)
    })
}
