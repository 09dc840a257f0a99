/** Reading the bodies of control requests. */
export type Body = Record<string, unknown>

export function invalid(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 })
}

/** Throws 400 unless the member is a number within the bounds. */
export function numberOf(body: Body, name: string, minimum: number, maximum: number): number {
  const value = body[name]
  if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
    throw invalid(`"${name}" must be a number from ${minimum} to ${maximum}`)
  }
  return value
}
