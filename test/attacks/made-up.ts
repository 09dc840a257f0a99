/** Requests made up from the API's own description: values that fit the schema of every parameter and body, and here and there one that does not. */
import fc, { type Arbitrary } from 'fast-check'
import type { TSchema } from 'typebox'
import { type Attempt, isSkipped } from './hostile-walk.ts'
import type { Operation, Target } from './target.ts'

interface Described {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly TSchema[]
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, TSchema>>
  readonly items?: TSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

const anything: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('', '\u0000', '\ud800', '9'.repeat(400), -1, 2 ** 53, 1e308),
)

/** @param ids of things that are there */
function anyValueOf(schema: TSchema, ids: readonly string[]): Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fittingOf(schema, ids) }, { weight: 1, arbitrary: anything })
}

function fittingOf(schema: TSchema, ids: readonly string[]): Arbitrary<unknown> {
  const described = schema as Described
  const { type, anyOf, items, minItems = 0, maxItems = 5 } = described
  if (described.const !== undefined) return fc.constant(described.const)
  if (described.enum) return fc.constantFrom(...described.enum)
  if (anyOf) return fc.oneof(...anyOf.map((one) => anyValueOf(one, ids)))
  if (type === 'object') return objectOf(described, ids)
  if (type === 'array')
    return fc.array(items ? anyValueOf(items, ids) : anything, {
      minLength: Math.min(minItems, 5),
      maxLength: Math.max(minItems, Math.min(maxItems, 5)),
    })
  if (type === 'string') return textOf(described, ids)
  if (type === 'integer' || type === 'number')
    return fc.integer({ min: described.minimum ?? -1_000_000, max: described.maximum ?? 1_000_000 })
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  return anything
}

function objectOf({ properties = {}, required = [], patternProperties }: Described, ids: readonly string[]) {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, anyValueOf(one, ids)])),
    { requiredKeys: required.filter((name) => name in properties) },
  )
  const [others] = Object.values(patternProperties ?? {})
  const further: Arbitrary<object> = others
    ? fc.dictionary(fc.string(), anyValueOf(others, ids), { maxKeys: 4 })
    : fc.oneof(
        { weight: 9, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.object({ maxDepth: 1 }) },
      )
  return fc.tuple(known, further).map(([own, more]) => ({ ...more, ...own }))
}

function textOf({ format, minLength = 0, maxLength = 60 }: Described, ids: readonly string[]) {
  if (format === 'uuid') return fc.oneof(fc.constantFrom(...ids), fc.uuid())
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }
  return fc.oneof(
    fc.string({ unit: 'grapheme', ...length }),
    fc.string({ unit: 'binary', ...length }),
    fc.emailAddress(),
    fc.webUrl(),
  )
}

/** @param runs requests for each operation; the same seed gives the same ones */
export function madeUp(target: Target, { runs, seed }: { runs: number; seed: number }): Attempt[] {
  return target.operations
    .filter(({ id, query, body }) => !isSkipped(id) && (query.length > 0 || body !== null))
    .flatMap((operation, index) =>
      fc
        .sample(requestOf(operation, [target.organizationId]), { numRuns: runs, seed: seed + index })
        .map(({ query, body }) => attemptOf(target, operation, query, body)),
    )
}

function requestOf({ query, body }: Operation, ids: readonly string[]) {
  return fc.record({
    query: fc.record(Object.fromEntries(query.map(({ name, schema }) => [name, anyValueOf(schema, ids)])), {
      requiredKeys: query.flatMap(({ name, required }) => (required ? [name] : [])),
    }),
    body: body === null ? fc.constant(undefined) : anyValueOf(body, ids),
  })
}

function attemptOf(target: Target, operation: Operation, query: object, body: unknown): Attempt {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(text(value))}`)
  return {
    operation,
    path: `${target.pathOf(operation)}${search.length > 0 ? `?${search.join('&')}` : ''}`,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    what: `made up: ${search.join('&').slice(0, 200)} ${JSON.stringify(body)?.slice(0, 400) ?? ''}`,
  }
}
