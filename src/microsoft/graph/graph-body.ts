import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { localFailure, type MicrosoftFacts } from '../failures/microsoft-error.ts'
import type { HttpAnswer } from '../network/network.ts'

/**
 * Reads a JSON answer. Properties beyond the schema are welcome; what the schema names must be as it says.
 * @throws MicrosoftError MSG_TRUNCATED_ANSWER when the text breaks off: Exchange sends status 200 and stops in the middle of a
 *   page whose next entry it cannot serialize (measured October 2026)
 * @throws MicrosoftError MSG_UNEXPECTED_ANSWER when it is JSON of another form
 */
export function readJson(bytes: Buffer, answer: HttpAnswer, schema: TSchema | undefined): unknown {
  if (bytes.length === 0 && schema === undefined) return undefined
  const facts: Partial<MicrosoftFacts> = {
    httpStatus: answer.status,
    requestId: answer.headers['request-id'] ?? null,
    correlationId: answer.headers['client-request-id'] ?? null,
    time: answer.headers['date'] ?? null,
  }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    const text = bytes.subarray(0, 200).toString('utf8').trimStart()
    if (text === '' || text.startsWith('{') || text.startsWith('[')) {
      throw localFailure('MSG_TRUNCATED_ANSWER', { bytes: bytes.length }, facts)
    }
    throw localFailure('MSG_UNEXPECTED_ANSWER', { reason: 'it is not JSON' }, facts)
  }
  if (schema !== undefined && !Value.Check(schema, value)) {
    const [error] = Value.Errors(schema, value)
    const place = error?.instancePath || 'the answer'
    throw localFailure(
      'MSG_UNEXPECTED_ANSWER',
      { reason: `${place} ${error?.message ?? 'is different'}` },
      facts,
    )
  }
  return value
}
