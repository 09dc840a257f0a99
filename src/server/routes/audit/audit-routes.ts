import { Readable } from 'node:stream'
import {
  AuditEntryView,
  AuditFilter,
  AuditQuery,
  AuditVerification,
  PageOf,
} from '../../../contract/index.ts'
import { type AuditTrail, reachedOrganizations } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { sessionOf } from '../../guard.ts'

const tags = ['audit']

/** Reading the audit trail; nothing writes it but what is recorded. */
export function registerAuditRoutes(app: ApiServer, services: { readonly audit: AuditTrail }): void {
  const { audit } = services
  app.get(
    '/audit-entries',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags,
        description: 'Newest first.',
        querystring: AuditQuery,
        response: { 200: PageOf(AuditEntryView) },
      },
    },
    async (request) => audit.list(request.query, reachedOrganizations(sessionOf(request).reach)),
  )
  app.get(
    '/audit-entries/export',
    {
      schema: {
        operationId: 'exportAuditEntries',
        tags,
        description: 'All that match as JSON lines, oldest first.',
        querystring: AuditFilter,
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const entries = audit.all(request.query, reachedOrganizations(sessionOf(request).reach))
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="audit-trail.jsonl"')
        .send(Readable.from(lines(entries)))
    },
  )
  app.post(
    '/audit-entries/verify',
    {
      schema: {
        operationId: 'verifyAuditTrail',
        tags,
        description: 'Reads every entry and says which is the first that was changed, moved or removed.',
        response: { 200: AuditVerification },
      },
    },
    async () => audit.verify(),
  )
}

async function* lines(entries: AsyncIterable<AuditEntryView>): AsyncIterable<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`
}
