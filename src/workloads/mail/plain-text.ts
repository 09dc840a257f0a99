/**
 * Makes text that PostgreSQL and JSON readers accept: without NUL (no `text` or `jsonb` can hold it) and without halves of
 * surrogate pairs. Nothing is lost: the mail itself is kept byte for byte.
 */
export function plainText(text: string | null | undefined): string {
  return (text ?? '').replaceAll('\0', '').toWellFormed()
}

/** The same for every text within a JSON value; properties that are null or undefined are left out. */
export function plainJson(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value)
  if (Array.isArray(value)) return value.map(plainJson)
  if (value === null || typeof value !== 'object') return value
  const result: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(value)) {
    if (inner !== null && inner !== undefined) result[plainText(name)] = plainJson(inner)
  }
  return result
}
