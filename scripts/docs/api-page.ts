interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: { readonly content?: Record<string, { readonly schema?: Schema }> }
  readonly responses?: Record<string, { readonly content?: Record<string, { readonly schema?: Schema }> }>
}
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly properties?: Record<string, Schema>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
export interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>
}

/** docs/api.md: every route with what goes in and comes out. */
export function apiPage(api: OpenApi): string {
  const parts = [
    '# REST API\n\nGenerated from the routes by `npm run docs`; the full OpenAPI 3.1 description is at `/api/v1/openapi.json`. All paths are below\n`/api/v1`. Lists are paged: `limit` and `cursor` in, `items` and `nextCursor` out. Errors are `application/problem+json` with a code\nof [errors.md](errors.md). A browser session sends `x-csrf-token` with every write; the command line sends a bearer token.\n',
  ]
  const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const byTag = Map.groupBy(routes, ({ operation }) => operation.tags?.[0] ?? 'other')
  for (const [tag, group] of [...byTag].sort(([a], [b]) => (a < b ? -1 : 1))) {
    parts.push(`\n## ${tag}\n`)
    for (const { path, method, operation } of group) parts.push(route(path, method, operation))
  }
  return parts.join('')
}

function route(path: string, method: string, operation: Operation): string {
  const lines = [`\n### ${method} ${path.replace(/^\/api\/v1/, '').replaceAll(/\{(\w+)\}/g, ':$1')}\n`]
  if (operation.operationId) lines.push(`\`${operation.operationId}\``)
  if (operation.summary ?? operation.description) lines.push(operation.summary ?? operation.description ?? '')
  const query = operation.parameters
    ?.filter((one) => one.in === 'query')
    .map((one) => `\`${one.name}${one.required ? '' : '?'}\``)
  if (query && query.length > 0) lines.push(`Query: ${query.join(', ')}`)
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  if (body) lines.push(`Body: \`${shape(body)}\``)
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const schema = Object.values(answer.content ?? {})[0]?.schema
    if (schema && Number(status) < 400) lines.push(`${status}: \`${shape(schema)}\``)
  }
  return `${lines.join('\n\n')}\n`
}

/** A schema in one line, two levels deep. */
function shape(schema: Schema, depth = 0): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf) return schema.anyOf.map((one) => shape(one, depth)).join(' | ')
  if (schema.items) return `${shape(schema.items, depth)}[]`
  if (schema.properties) {
    if (depth > 1) return '{…}'
    const required = new Set(schema.required)
    const fields = Object.entries(schema.properties).map(
      ([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${shape(value, depth + 1)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  return schema.type ?? 'any'
}
