/** `$batch`: up to 20 requests in one, run through the same app, so that each meets the same checks and faults. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { GraphError } from './errors.ts'

/** Marks the items of a batch in the request log. */
export const batchHeader = 'x-simulator-batch'

type Item = {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly dependsOn: readonly string[]
}
type Answer = { id: string; status: number; headers: Record<string, string>; body?: unknown }

const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): GraphError {
  return new GraphError(400, 'BadRequest', message)
}

function readItem(value: unknown): Item {
  if (!isRecord(value)) throw invalid('Invalid batch payload format.')
  const { id, method, url, headers, body, dependsOn } = value
  if (typeof id !== 'string' || id === '') throw invalid('Write request id : null does not have a valid id.')
  if (typeof method !== 'string' || !methods.includes(method.toUpperCase())) {
    throw invalid(`Method for request : ${id} is not valid.`)
  }
  if (typeof url !== 'string' || url === '')
    throw invalid(`Request url cannot be null or empty for request : ${id}.`)
  const plain = Object.fromEntries(
    Object.entries(isRecord(headers) ? headers : {}).map(([name, text]) => [
      name.toLowerCase(),
      String(text),
    ]),
  )
  if (body !== undefined && plain['content-type'] === undefined) {
    throw invalid(`Content-Type header is required when a body is present for request : ${id}.`)
  }
  return {
    id,
    method: method.toUpperCase() as Item['method'],
    url: url.startsWith('/') ? url : `/${url}`,
    headers: plain,
    body,
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
  }
}

function readItems(body: unknown): Item[] {
  if (!isRecord(body) || !Array.isArray(body['requests'])) throw invalid('Invalid batch payload format.')
  if (body['requests'].length > 20) {
    throw invalid(`Number of batch request steps exceeds the maximum value of 20.`)
  }
  const items = body['requests'].map(readItem)
  const seen = new Set<string>()
  for (const item of items) {
    if (seen.has(item.id)) throw invalid(`Request Id : ${item.id} has been repeated in the batch.`)
    for (const other of item.dependsOn) {
      if (!seen.has(other))
        throw invalid(`Request ${item.id} depends on ${other}, which does not come before it.`)
    }
    seen.add(item.id)
  }
  return items
}

/** JSON stays JSON; anything else travels as base64, as Graph does. */
function readBody(type: string, raw: Buffer): { body?: unknown } {
  if (raw.length === 0) return {}
  if (type.includes('json')) return { body: JSON.parse(raw.toString('utf8')) as unknown }
  return { body: raw.toString('base64') }
}

async function run(app: FastifyInstance, parent: FastifyRequest, item: Item): Promise<Answer> {
  // A body of another type travels as text.
  const payload = typeof item.body === 'string' ? item.body : JSON.stringify(item.body)
  const answer = await app.inject({
    method: item.method,
    url: `/v1.0${item.url}`,
    headers: {
      host: parent.headers.host ?? '',
      authorization: parent.headers.authorization ?? '',
      ...item.headers,
      [batchHeader]: parent.id,
    },
    ...(item.body === undefined ? {} : { payload }),
  })
  const headers = Object.fromEntries(
    Object.entries(answer.headers)
      .filter(([name]) => !['connection', 'content-length', 'date', 'x-ms-ags-diagnostic'].includes(name))
      .map(([name, value]) => [
        name === 'retry-after' ? 'Retry-After' : name === 'content-type' ? 'Content-Type' : name,
        String(value),
      ]),
  )
  const type = String(answer.headers['content-type'] ?? '')
  return { id: item.id, status: answer.statusCode, headers, ...readBody(type, answer.rawPayload) }
}

const failedDependency = {
  status: 424,
  headers: { 'Content-Type': 'application/json' },
  body: { error: { code: 'FailedDependency', message: 'The dependent request failed.' } },
}

export function registerBatch(app: FastifyInstance): void {
  app.post('/$batch', async (request) => {
    const running = new Map<string, Promise<Answer>>()
    for (const item of readItems(request.body)) {
      const before = item.dependsOn.map((id) => running.get(id))
      const step = async (): Promise<Answer> => {
        for (const earlier of before) {
          const answer = await earlier
          if (answer === undefined || answer.status >= 400) return { id: item.id, ...failedDependency }
        }
        return run(app, request, item)
      }
      running.set(item.id, step())
    }
    return { responses: await Promise.all(running.values()) }
  })
}
