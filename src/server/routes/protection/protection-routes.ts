import Type from 'typebox'
import {
  DirectoryGroupView,
  DirectoryQuery,
  DirectorySiteView,
  DirectoryUserQuery,
  DirectoryUserView,
  Id,
  PageOf,
  ProtectionView,
  Retention,
  RetentionPreview,
  SaveProtection,
  ShortenRetention,
} from '../../../contract/index.ts'
import type { RetentionService } from '../../../jobs/index.ts'
import type { Protection } from '../../../organizations/index.ts'
import type { Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'

const ById = Type.Object({ id: Id })
const ByGroup = Type.Object({ id: Id, groupId: Type.String({ minLength: 1, maxLength: 200 }) })
const tags = ['protection']
/** How long reading a directory may take, in milliseconds. */
const limit = 100_000

/** What of an organization is protected, and the directory that it is chosen from. */
export function registerProtectionRoutes(
  app: ApiServer,
  services: {
    readonly protection: Protection
    readonly retention: Pick<RetentionService, 'preview'>
    readonly proofs: Proofs
  },
): void {
  const { protection, retention, proofs } = services
  app.get(
    '/organizations/:id/protection',
    { schema: { operationId: 'getProtection', tags, params: ById, response: { 200: ProtectionView } } },
    async (request) => protection.read(request.params.id),
  )

  app.put(
    '/organizations/:id/protection',
    {
      schema: {
        operationId: 'saveProtection',
        tags,
        description: 'What is left out of the body stays as it is.',
        params: ById,
        body: SaveProtection,
        response: { 200: ProtectionView },
      },
    },
    async (request) => {
      const { params, body, operator } = request
      request.audited = { before: await settingsOf(protection, params.id, Object.keys(body)) }
      return protection.save(params.id, body, operator.id, AbortSignal.timeout(limit))
    },
  )

  app.put(
    '/organizations/:id/retention',
    {
      schema: {
        operationId: 'setRetention',
        tags,
        description: 'A retention that keeps no less than the one of now.',
        params: ById,
        body: Retention,
        response: { 200: ProtectionView },
      },
    },
    async (request) => {
      const { params, body, operator } = request
      request.audited = { before: (await protection.read(params.id)).retention }
      return protection.setRetention(params.id, body, operator.id, false)
    },
  )

  app.post(
    '/organizations/:id/retention/preview',
    {
      schema: {
        operationId: 'previewRetention',
        tags,
        description: 'What a retention would delete now; nothing is deleted.',
        params: ById,
        body: Retention,
        response: { 200: RetentionPreview },
      },
    },
    async (request) => {
      await protection.read(request.params.id)
      return retention.preview(request.params.id, request.body, AbortSignal.timeout(limit))
    },
  )

  app.post(
    '/organizations/:id/retention/shorten',
    {
      schema: {
        operationId: 'shortenRetention',
        tags,
        description: 'A retention that may delete restore points: they go within minutes.',
        params: ById,
        body: ShortenRetention,
        response: { 200: ProtectionView },
      },
    },
    async (request) => {
      const { params, body, operator } = request
      const { rule, deletedUsersDays } = body
      request.audited = { before: (await protection.read(params.id)).retention }
      await requireProof(request, proofs, body)
      return protection.setRetention(params.id, { rule, deletedUsersDays }, operator.id, true)
    },
  )

  app.post(
    '/organizations/:id/directory/refresh',
    {
      schema: {
        operationId: 'refreshDirectory',
        tags,
        description: 'Reads users, groups and sites anew from Microsoft.',
        params: ById,
        response: { 200: ProtectionView },
      },
    },
    async (request) => protection.refresh(request.params.id, AbortSignal.timeout(limit)),
  )

  app.get(
    '/organizations/:id/directory/users',
    {
      schema: {
        operationId: 'listDirectoryUsers',
        tags,
        description: 'As the directory was read last, each with how it stands by the settings.',
        params: ById,
        querystring: DirectoryUserQuery,
        response: { 200: PageOf(DirectoryUserView) },
      },
    },
    async (request) => protection.users(request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/directory/groups',
    {
      schema: {
        operationId: 'listDirectoryGroups',
        tags,
        params: ById,
        querystring: DirectoryQuery,
        response: { 200: PageOf(DirectoryGroupView) },
      },
    },
    async (request) => protection.groups(request.params.id, request.query),
  )

  app.get(
    '/organizations/:id/directory/groups/:groupId/users',
    {
      schema: {
        operationId: 'listGroupUsers',
        tags,
        description: 'Asked of Microsoft now; members of groups within the group included.',
        params: ByGroup,
        querystring: DirectoryUserQuery,
        response: { 200: PageOf(DirectoryUserView) },
      },
    },
    async (request) =>
      protection.groupUsers(
        request.params.id,
        request.params.groupId,
        request.query,
        AbortSignal.timeout(limit),
      ),
  )

  app.get(
    '/organizations/:id/directory/sites',
    {
      schema: {
        operationId: 'listDirectorySites',
        tags,
        params: ById,
        querystring: DirectoryQuery,
        response: { 200: PageOf(DirectorySiteView) },
      },
    },
    async (request) => protection.sites(request.params.id, request.query),
  )
}

async function settingsOf(
  protection: Protection,
  organizationId: string,
  names: readonly string[],
): Promise<Record<string, unknown>> {
  const view: Readonly<Record<string, unknown>> = { ...(await protection.read(organizationId)) }
  return Object.fromEntries(names.filter((name) => name in view).map((name) => [name, view[name]]))
}
