/** Every parameter and every field of every route with what attackers send: each answer is one of the catalogue's, and never the fault of the server. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/run.ts'
import { ask, freshAddress } from './http.ts'
import { type Browser, isChange, type Operation, type Target } from './target.ts'
import { fitting, placesOf, replaced, variantsOf } from './values.ts'

/** Streams that do not end, and what ends the session that the walk needs. */
const skipped = new Set(['streamEvents', 'signOut'])
export const isSkipped = (operationId: string) => skipped.has(operationId)

/** Every code of the catalogues, as their generated page names them. */
const codes = new Set(
  readFileSync(join(root, 'docs/errors.md'), 'utf8').match(/(?<=^### )[A-Z][A-Z_0-9]+$/gm) ?? [],
)

export interface Attempt {
  readonly operation: Operation
  readonly path: string
  readonly body?: string
  readonly what: string
}

/** Sends all of them, some at a time, from ever new addresses. @returns those that were answered by a fault of the server, or not by it */
export async function faultsOf(
  { address }: Target,
  { cookie, csrfToken }: Browser,
  attempts: readonly Attempt[],
  /** Hears how each was answered. */
  onAnswer: (status: number, code: string) => void = () => {},
): Promise<string[]> {
  const faults: string[] = []
  const queue = attempts.entries()
  let from = freshAddress()
  const work = async () => {
    for (const [index, { operation, path, body, what }] of queue) {
      if (index % 15 === 0) from = freshAddress()
      const headers = {
        cookie,
        'x-csrf-token': csrfToken,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      }
      const asked = { method: operation.method, path, headers, ...(body === undefined ? {} : { body }) }
      const { status, headers: given, code, text } = await ask(address, asked, from)
      onAnswer(status, code)
      const isFault =
        status >= 500 ||
        // What a browser is led to by others answers with a page.
        (status >= 400 && code === '' && !String(given['content-type']).startsWith('text/html')) ||
        (code !== '' && !codes.has(code)) ||
        code === 'SRV_INTERNAL' ||
        code === 'SRV_RATE_LIMITED' ||
        /node_modules|\/src\/|at \w+ \(/.test(text)
      if (isFault) faults.push(`${operation.id} ${what}: ${status} ${code || text.slice(0, 200)}`)
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  return faults
}

const numbers = ['99999999999', '2147483648', '1e400', '-1', '%00', '']
const cursors = [['x'], ['x', 'y'], ['2026-13-45', 'y'], [1e308, null], [null, null], ['\0', '\0'], [{}]].map(
  (cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url'),
)
const times = ['0000-01-01T00:00:00Z', '2026-02-30T00:00:00Z']

function valuesFor({ name, schema }: Operation['query'][number], texts: readonly string[]): string[] {
  if (name === 'cursor') return cursors
  if ((schema as { type?: string }).type === 'integer') return numbers
  const encoded = texts.map((text) => encodeURIComponent(text.toWellFormed()))
  return [...encoded, ...times, '%ff', '%c0%af', '', `1&${name}=2`]
}

/** In the query of every route. */
export function inQueries(target: Target, texts: readonly string[]): Attempt[] {
  return target.operations
    .filter(({ id }) => !skipped.has(id))
    .flatMap((operation) =>
      operation.query.flatMap((parameter) => {
        const { name } = parameter
        const others = operation.query
          .filter((one) => one.name !== name && one.required)
          .map((one) => `&${one.name}=${encodeURIComponent(String(fitting(one.schema)))}`)
          .join('')
        return valuesFor(parameter, texts).map((value) => ({
          operation,
          path: `${target.pathOf(operation)}?${name}=${value}${others}`,
          what: `query ${name}=${value.slice(0, 60)}`,
        }))
      }),
    )
}

const ids = ["'", '%00', '..%2f..%2f', '%252e%252e', '%ff', '%0d%0aa:b']

/** In every place of every address. */
export function inAddresses({ operations }: Target): Attempt[] {
  return operations
    .filter(({ id, path }) => path.includes('{') && !skipped.has(id))
    .flatMap((operation) =>
      ids.map((id) => ({
        operation,
        path: operation.path.replaceAll(/\{\w+\}/g, id),
        ...(operation.body ? { body: JSON.stringify(fitting(operation.body)) } : {}),
        what: `id ${id.slice(0, 30)}`,
      })),
    )
}

/** In every field of every body, and for the whole; only `slow` values where the answer waits for the hash of a password. */
export function inBodies(target: Target, values: readonly unknown[], slow = values.length): Attempt[] {
  return target.operations
    .filter((operation) => isChange(operation) && !skipped.has(operation.id))
    .flatMap((operation) => {
      const { body } = operation
      if (body === null) return []
      const bases = Array.from({ length: variantsOf(body) }, (_, variant) => fitting(body, variant))
      return bases.flatMap((base) =>
        placesOf(base).flatMap((place) =>
          values.slice(0, 'password' in Object(base) ? slow : values.length).map((value) => ({
            operation,
            path: target.pathOf(operation),
            body: JSON.stringify(replaced(base, place, value)) ?? '',
            what: `body.${place.join('.')}=${JSON.stringify(value)?.slice(0, 60)}`,
          })),
        ),
      )
    })
}
