/** Commands for a shell that somebody types when the server is gone. */

/** How to see which repositories a vault holds; nothing where restic's protocol has no way. */
export function listCommandOf(location: string): string[] {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9]+):(.*)$/s.exec(location) ?? []
  if (scheme === undefined) return [`ls ${shellWord(location)}`]
  if (scheme === 's3') {
    const [, start = '', host = '', bucket = '', prefix = ''] =
      /^(https?:\/\/|\/\/)?([^/]+)\/([^/]+)\/?(.*)$/s.exec(rest) ?? []
    const endpoint = start.startsWith('http') ? `${start}${host}` : `https://${host}`
    const path = [bucket, ...prefix.split('/').filter(Boolean)].join('/')
    return [`aws --endpoint-url ${shellWord(endpoint)} s3 ls ${shellWord(`s3://${path}/`)}`]
  }
  if (scheme === 'azure') {
    const [, container = '', prefix = ''] = /^([^:]+):\/?(.*?)\/?$/s.exec(rest) ?? []
    const beneath = prefix === '' ? '' : ` --prefix ${shellWord(`${prefix}/`)}`
    return [
      `az storage blob list --account-name "$AZURE_ACCOUNT_NAME" --account-key "$AZURE_ACCOUNT_KEY" --container-name ${shellWord(container)}${beneath} --delimiter / --output table`,
    ]
  }
  return []
}

/** A word that a POSIX shell takes as it is. */
export function shellWord(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
