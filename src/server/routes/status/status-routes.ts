import { StatusView } from '../../../contract/index.ts'
import type { ApiServer } from '../../api-server.ts'

/** What the console's frame shows of the server. */
export function registerStatusRoutes(app: ApiServer, services: { status(): Promise<StatusView> }): void {
  app.get(
    '/status',
    { schema: { operationId: 'getStatus', tags: ['server'], response: { 200: StatusView } } },
    async () => services.status(),
  )
}
