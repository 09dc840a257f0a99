import type { ApiServer } from '../../api-server.ts'

/** The description of this API (OpenAPI 3.1), made from the schemas that validate it. */
export function registerOpenApiRoutes(app: ApiServer): void {
  app.get(
    '/openapi.json',
    { schema: { operationId: 'getOpenApi', tags: ['server'] } },
    async (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  )
}
