/**
 * The one error type of the product. Its code comes from a catalogue (one per module, registered in `catalogue.ts`), so
 * that console, API and command line say the same words, and `docs/errors.md` is generated from the same source.
 */

/** Who has to act: the person at the keyboard, whoever operates the server, or the developers. */
export type ErrorKind = 'user' | 'operational' | 'bug'

/** One row of an error catalogue. */
export interface ErrorDefinition {
  readonly kind: ErrorKind
  /** HTTP status the API answers with. */
  readonly status: number
  /** What happened. `{name}` is replaced by the detail of that name. */
  readonly message: string
  /** Why, where that is known and not said by the message. `{name}` is replaced by the detail of that name. */
  readonly why?: string
  /** What to do about it, as a sentence. `{name}` is replaced by the detail of that name. */
  readonly remedy: string
}

export type ErrorCatalogue = Readonly<Record<string, ErrorDefinition>>

/** Values that fill the `{name}` places of a message. Never put secrets here: details are logged and shown. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>

/** `message` says what happened and why; `what` and `why` say it apart. */
export class AppError extends Error {
  readonly code: string
  readonly what: string
  /** Null where it is not known, or said by `what`. */
  readonly why: string | null
  readonly kind: ErrorKind
  readonly status: number
  readonly remedy: string
  readonly details: ErrorDetails

  constructor(code: string, definition: ErrorDefinition, details: ErrorDetails = {}, cause?: unknown) {
    const what = fill(definition.message, details)
    const why = fill(definition.why ?? '', details)
    super(`${what} ${why}`.trim(), cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.what = what
    this.why = why || null
    this.kind = definition.kind
    this.status = definition.status
    this.remedy = fill(definition.remedy, details)
    this.details = details
  }
}

function fill(template: string, details: ErrorDetails): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(details[name] ?? place))
}

/**
 * Makes the `fail` function of one module's catalogue: `throw fail('STO_PACK_HASH_MISMATCH', { pack })`.
 * The codes are checked by the compiler.
 */
export function errorFactory<const C extends ErrorCatalogue>(catalogue: C) {
  return (code: keyof C & string, details: ErrorDetails = {}, cause?: unknown): AppError => {
    const definition = catalogue[code]
    if (!definition) throw new TypeError(`unknown error code ${code}`)
    return new AppError(code, definition, details, cause)
  }
}

/** True for an `AppError` with one of the given codes (any code when none is given). */
export function isAppError(error: unknown, ...codes: string[]): error is AppError {
  return error instanceof AppError && (codes.length === 0 || codes.includes(error.code))
}
