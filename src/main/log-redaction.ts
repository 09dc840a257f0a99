/**
 * Keeps secrets out of logs in two ways: fields whose name tells that they are secret, and texts that look like one wherever they
 * stand (a token in an address, in an error's message).
 */

const secretName =
  /(authorization|cookie|passwor|passphrase|secret|token|assertion|privatekey|private_key|csrf|codeverifier|code_verifier|setuplink)/i
/** These names are also used for harmless short words (an error's code, a run's state). */
const doubtfulName = /^(code|state|nonce)$/i
const harmlessWord = /^[A-Z0-9_]{1,40}$|^[a-z][a-z-]{0,24}$/
const replacement = '[redacted]'
const deepest = 5

/** A copy of a log entry's fields without the values of secret ones. Errors stay as they are. */
export function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, redactValue(name, value, depth)]),
  )
}

function redactValue(name: string, value: unknown, depth: number): unknown {
  if (typeof value === 'string' || (Array.isArray(value) && secretName.test(name))) {
    if (secretName.test(name)) return replacement
    return typeof value === 'string' && doubtfulName.test(name) && !harmlessWord.test(value)
      ? replacement
      : value
  }
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value
  if (Array.isArray(value)) return value.map((one) => redactValue('', one, depth + 1))
  return depth >= deepest ? '[deep]' : redactFields(value as Record<string, unknown>, depth + 1)
}

const secretTexts: readonly [RegExp, string][] = [
  [/\bbdr[sat]_[\w-]{20,}/g, replacement],
  [/\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, replacement],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${replacement}`],
  [
    /([?&#"\s](?:code|state|token|access_token|id_token|refresh_token|client_secret|client_assertion|code_verifier|password))=[^&#"\s\\]+/gi,
    `$1=${replacement}`,
  ],
  [/(postgres(?:ql)?:\/\/[^:@/\s]+):[^@\s"]+@/gi, `$1:${replacement}@`],
  [/(https?:\/\/[^:@/\s]+):[^@\s"/]+@/gi, `$1:${replacement}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)/gs, replacement],
]

/** A whole line of log without texts that look like secrets. */
export function redactText(text: string): string {
  return secretTexts.reduce((result, [pattern, by]) => result.replaceAll(pattern, by), text)
}
