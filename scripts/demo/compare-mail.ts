/** What must be equal between a mail and its restored copy. Ids, folders and change keys are new by nature. */
const compared = [
  'subject',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'receivedDateTime',
  'sentDateTime',
  'isRead',
  'isDraft',
  'importance',
  'categories',
  'flag',
  'internetMessageId',
  'body',
  'attachments',
] as const

/** The names of the properties that differ. */
export function differencesOf(
  original: Record<string, unknown>,
  restored: Record<string, unknown>,
): string[] {
  return differencesIn(compared, original, restored)
}

/** The same of other things, by the names of what must be equal. */
export function differencesIn(
  names: readonly string[],
  original: Record<string, unknown>,
  restored: Record<string, unknown>,
): string[] {
  return names.filter((name) => canonical(original[name]) !== canonical(restored[name]))
}

/** Key order and the kind of line break carry no meaning. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (typeof inner === 'string') return inner.replaceAll(/\r\n?/g, '\n').trimEnd()
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner))
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
    return inner
  })
}
