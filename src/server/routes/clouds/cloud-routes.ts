import Type from 'typebox'
import { CloudView, DetectCloud, DetectedCloud, PermissionView, Workload } from '../../../contract/index.ts'
import type { Onboardings } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'

const tags = ['onboarding']

const PermissionQuery = Type.Object({
  cloud: Type.String({ maxLength: 40 }),
  workloads: Type.String({
    maxLength: 200,
    pattern: '^[a-z]+(,[a-z]+)*$',
    description: 'Names of workloads, separated by commas',
  }),
  restore: Type.Optional(Type.Boolean({ default: false })),
})

/** What can be chosen in 'Step 1: Add Method Selection', and which permissions follow from it. */
export function registerCloudRoutes(
  app: ApiServer,
  services: { readonly onboardings: Pick<Onboardings, 'clouds' | 'detectCloud' | 'permissions'> },
): void {
  const { onboardings } = services

  app.get(
    '/clouds',
    {
      schema: {
        operationId: 'listClouds',
        tags,
        response: { 200: Type.Object({ items: Type.Array(CloudView) }) },
      },
    },
    async () => ({ items: onboardings.clouds() }),
  )

  app.post(
    '/clouds/detect',
    {
      schema: { operationId: 'detectCloud', tags, body: DetectCloud, response: { 200: DetectedCloud } },
    },
    async (request) => onboardings.detectCloud(request.body),
  )

  app.get(
    '/permissions',
    {
      schema: {
        operationId: 'listPermissions',
        tags,
        querystring: PermissionQuery,
        response: { 200: Type.Object({ items: Type.Array(PermissionView) }) },
      },
    },
    async (request) => {
      const { cloud, workloads, restore = false } = request.query
      const known = workloads.split(',').filter(isWorkload)
      return { items: onboardings.permissions(cloud, known, restore) }
    },
  )
}

const workloadNames: ReadonlySet<string> = new Set(Workload.anyOf.map((literal) => literal.const))

function isWorkload(name: string): name is Workload {
  return workloadNames.has(name)
}
