import { damages } from '../../test/repository/damages/index.ts'

/** docs/validator.md: what the strict validator finds, beside what stock restic makes of it. */
export function validatorPage(): string {
  const passed = damages.filter(({ restic }) => restic === 'lets it pass').length
  const rows = damages.map(
    ({ what, code, severity, restic }) => `| ${what} | \`${code}\` | ${severity} | ${restic} |`,
  )
  return `# What the strict validator finds

Made of the tests' own list by \`npm run docs\`: every row is planted into a repository by \`test/repository/damages.test.ts\`, found there
by its code, and shown to stock restic (0.14, \`check --read-data --no-lock\`), which lets ${passed} of ${damages.length} pass. An error means that
something cannot be restored as it should be; a warning that nothing is lost, but something is not as restic itself would
leave it. What each code says and what to do about it: [errors.md](errors.md).

| damage | code | severity | stock restic |
| --- | --- | --- | --- |
${rows.join('\n')}

Memory: the index (about 56 bytes a blob), six bytes a blob for the walk, a name for each pack, and the pack that is read (at most 160 MiB,
or its largest blob). A repository whose index files are damaged is opened with \`readIndex: false\` and validated all the same.
`
}
