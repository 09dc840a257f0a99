import Type from 'typebox'
import { Id, RepositoryPassword, RepositoryView, RevealRepositoryPassword } from '../../../contract/index.ts'
import type { RepositoryAccess } from '../../../jobs/index.ts'
import { repositoryView } from '../../../jobs/index.ts'
import type { Proofs } from '../../../security/index.ts'
import type { ApiServer } from '../../api-server.ts'
import { requireProof } from '../../proof.ts'

const ById = Type.Object({ id: Id })
const tags = ['repository']

/** Where an organization's backups are, and what opens them without this server. */
export function registerRepositoryRoutes(
  app: ApiServer,
  services: {
    readonly repositories: RepositoryAccess
    readonly organizations: { get(id: string): Promise<unknown> }
    readonly proofs: Proofs
  },
): void {
  const { repositories, organizations, proofs } = services

  app.get(
    '/organizations/:id/repository',
    { schema: { operationId: 'getRepository', tags, params: ById, response: { 200: RepositoryView } } },
    async (request) => {
      await organizations.get(request.params.id)
      return repositoryView(repositories, request.params.id)
    },
  )

  app.post(
    '/organizations/:id/repository/password',
    {
      schema: {
        operationId: 'revealRepositoryPassword',
        tags,
        params: ById,
        body: RevealRepositoryPassword,
        response: { 200: RepositoryPassword },
      },
    },
    async (request) => {
      const { id } = request.params
      await organizations.get(id)
      await requireProof(request, proofs, request.body)
      request.log.info(
        { operator: request.operator.id, organization: id },
        'the password of a repository was shown',
      )
      return { location: await repositories.location(id), password: await repositories.password(id) }
    },
  )
}
