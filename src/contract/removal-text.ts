import type { RemovalView } from './organization-removal.ts'

/** The statement as a page of text, for printing and filing. Empty before the removal is done. */
export function statementText({ statement, backups }: RemovalView): string {
  if (!statement) return ''
  const { organization } = statement
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  - ${line}`)]
  const { runs, restores } = statement.stopped
  return [
    'Statement of removal',
    '',
    `Organization:    ${organization.name}`,
    `Tenant ID:       ${organization.tenantId}`,
    `Domain:          ${organization.defaultDomain}`,
    `Cloud:           ${organization.cloud}`,
    `Application ID:  ${statement.applicationId}`,
    `Added:           ${organization.addedAt}`,
    `Requested:       ${statement.requestedAt}, by ${statement.operator}`,
    `Removed:         ${statement.removedAt}`,
    ...list('Removed on this server:', [
      ...statement.removedHere,
      ...(runs + restores > 0
        ? [`Stopped before: ${runs} ${plural(runs, 'backup')}, ${restores} ${plural(restores, 'restore')}.`]
        : []),
    ]),
    ...list('Removed in the tenant:', statement.removedInTenant),
    ...list('Left in the tenant:', statement.leftInTenant),
    ...list('Backups:', backupLines(statement.backups, backups)),
    '',
  ].join('\n')
}

function backupLines(
  facts: NonNullable<RemovalView['statement']>['backups'],
  { state, deleteAt, deletedAt }: RemovalView['backups'],
): string[] {
  if (facts.location === null) return ['There were none.']
  const what = `${facts.restorePoints} ${plural(facts.restorePoints, 'restore point')} of ${facts.mailboxes} ${plural(facts.mailboxes, 'mailbox')} with ${facts.items} ${plural(facts.items, 'mail')}, at ${facts.location}.`
  const fate = {
    kept: 'They are kept.',
    'pending-deletion': `They will be deleted on ${deleteAt}, and this can be undone until then.`,
    'being-deleted': 'They are being deleted.',
    deleted: `They were deleted on ${deletedAt}.`,
  }[state]
  return [what, fate]
}

function plural(count: number, word: string): string {
  return count === 1 ? word : word.endsWith('x') ? `${word}es` : `${word}s`
}
