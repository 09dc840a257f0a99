import { explanationSections, textExplanations } from '../../src/microsoft/index.ts'

/** docs/microsoft-errors.md: every error of Microsoft with words of its own. */
export function microsoftErrorsPage(): string {
  const parts = [
    `# Microsoft's errors

Generated from the catalogue by \`npm run docs\`. Console, API and command line show these words, with Microsoft's own text, correlation
id, request id and time for Microsoft's support. An error that is not listed shows Microsoft's own text.

Some errors never come back to this server: Microsoft shows them on its own sign-in page, with a number such as AADSTS50105. Look
the number up here, in the console beside the sign-in, or with \`npx bdrcloud explain AADSTS50105\`.
`,
  ]
  for (const [title, rows] of explanationSections) {
    parts.push(`\n## ${title}\n\n| code | what happened | why | what to do |\n| --- | --- | --- | --- |\n`)
    for (const { codes, happened, why, remedy } of rows) {
      const names = codes.map((code) => (typeof code === 'number' ? `AADSTS${code}` : `\`${code}\``))
      parts.push(line(names.join(', '), happened, why, remedy))
    }
  }
  parts.push(
    '\n## Told apart by the text\n\nOne code stands for several things here; part of the text decides.\n\n| code | text | what happened | why | what to do |\n| --- | --- | --- | --- | --- |\n',
  )
  for (const { code, text, happened, why, remedy } of textExplanations) {
    const shown = text.source === '^$' ? 'none' : `"${text.source.replaceAll('|', '" or "')}"`
    parts.push(line(code === '' ? 'any' : `\`${code}\``, shown, happened, why, remedy))
  }
  return parts.join('')
}

function line(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
}
