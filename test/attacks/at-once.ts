/** The same request several times in the same moment, each from a connection and an address of its own. */
import assert from 'node:assert/strict'
import { type Answer, ask, freshAddress } from './http.ts'
import type { Browser } from './target.ts'

export const atOnce = 6

export const send = (
  address: string,
  method: string,
  path: string,
  body?: object,
  browser?: Browser,
): Promise<Answer> =>
  ask(
    address,
    {
      method,
      path: `/api/v1${path}`,
      headers: {
        ...(browser ? { cookie: browser.cookie, 'x-csrf-token': browser.csrfToken } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
    freshAddress(),
  )

export const together = (ask: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: atOnce }, (_, index) => ask(index)))

export function oneWins(what: string, answers: readonly Answer[]): void {
  const won = answers.filter(({ status }) => status < 300)
  const statuses = answers.map(({ status, code }) => `${status} ${code}`).join(', ')
  assert.equal(won.length, 1, `${what}: ${statuses}`)
  assert.ok(
    answers.every(({ status }) => status < 500),
    `${what}: ${statuses}`,
  )
}
