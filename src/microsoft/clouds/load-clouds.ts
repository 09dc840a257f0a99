import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { fail } from '../errors.ts'
import type { Cloud } from './cloud.ts'
import { cloudTable, noCredentialProcess } from './cloud-table.ts'

const HttpsOrigin = Type.String({ pattern: '^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?$' })
const Address = Type.String({ pattern: '^https?://', maxLength: 500 })
/** Goes into scripts that people run: no character that means something there. */
const ScriptWord = Type.String({ pattern: '^[A-Za-z0-9._-]{1,60}$' })
const Method = Type.Object(
  { available: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
)

/** One row of the file of clouds: any of it changes a known cloud; a new cloud needs hosts at least. */
const CloudOverride = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    description: Type.Optional(Type.String({ maxLength: 500 })),
    group: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    loginAuthority: Type.Optional(HttpsOrigin),
    loginAliases: Type.Optional(Type.Array(HttpsOrigin, { maxItems: 10 })),
    graphRoot: Type.Optional(HttpsOrigin),
    regionSubScopes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { maxItems: 10 }),
    ),
    methods: Type.Optional(
      Type.Object(
        {
          credential: Type.Optional(Method),
          'device-code': Type.Optional(Method),
          manual: Type.Optional(Method),
        },
        { additionalProperties: false },
      ),
    ),
    signInClientId: Type.Optional(Type.String({ pattern: '^[0-9a-fA-F-]{36}$' })),
    portal: Type.Optional(
      Type.Object(
        { azure: Type.Optional(Address), entra: Type.Optional(Address), admin: Type.Optional(Address) },
        { additionalProperties: false },
      ),
    ),
    scripts: Type.Optional(
      Type.Object(
        {
          azureCli: Type.Optional(ScriptWord),
          graphPowerShell: Type.Optional(ScriptWord),
          graphPowerShellNeedsClient: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: false },
      ),
    ),
    certificateAuthorityFile: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
  },
  { additionalProperties: false },
)
const CloudOverrides = Type.Record(Type.String({ pattern: '^[a-z0-9-]{1,40}$' }), CloudOverride)
type CloudOverride = Static<typeof CloudOverride>

/**
 * The clouds this server knows: Microsoft's own, changed and completed by configuration.
 * @param overrides parsed JSON of the configured file, an object of cloud id to changed properties; nothing = as shipped
 * @throws AppError MSG_CLOUD_CONFIGURATION_INVALID naming the cloud and the property
 */
export function loadClouds(overrides: unknown = {}): Cloud[] {
  if (!Value.Check(CloudOverrides, overrides)) {
    const [error] = Value.Errors(CloudOverrides, overrides)
    const [, cloud = '', ...property] = (error?.instancePath ?? '').split('/')
    const place = property.length > 0 ? `"${property.join('.')}" ` : ''
    throw fail('MSG_CLOUD_CONFIGURATION_INVALID', {
      cloud,
      reason: `${place}${error?.message ?? 'it is not an object of clouds'}`,
    })
  }
  const clouds = new Map(cloudTable.map((cloud) => [cloud.id, cloud]))
  for (const [id, override] of Object.entries(overrides)) clouds.set(id, apply(id, clouds.get(id), override))
  return [...clouds.values()]
}

function apply(id: string, known: Cloud | undefined, override: CloudOverride): Cloud {
  const base = known ?? cloudTable[0]
  if (!base) throw new TypeError('the table of clouds is empty')
  const { loginAuthority = known?.loginAuthority, graphRoot = known?.graphRoot } = override
  if (loginAuthority === undefined || graphRoot === undefined) {
    throw fail('MSG_CLOUD_CONFIGURATION_INVALID', {
      cloud: id,
      reason: 'a new cloud needs "loginAuthority" and "graphRoot"',
    })
  }
  // Another login host is another service: Microsoft's aliases of the old one do not belong to it.
  const loginAliases =
    override.loginAliases ?? (loginAuthority === known?.loginAuthority ? known.loginAliases : [])
  // What tells a known cloud apart or groups it says nothing of a new one.
  const { group: _, ...shared } = { ...base, methods: { ...base.methods, credential: noCredentialProcess } }
  return {
    ...(known ?? shared),
    ...override,
    id,
    name: override.name ?? known?.name ?? id,
    description: override.description ?? known?.description ?? '',
    loginAuthority,
    loginAliases,
    graphRoot,
    regionSubScopes: override.regionSubScopes ?? known?.regionSubScopes ?? [],
    methods: { ...(known ?? shared).methods, ...override.methods },
    portal: { ...base.portal, ...override.portal },
    scripts: { ...base.scripts, ...override.scripts },
  }
}

/** @throws AppError MSG_CLOUD_UNKNOWN */
export function findCloud(clouds: readonly Cloud[], id: string): Cloud {
  const cloud = clouds.find((candidate) => candidate.id === id)
  if (!cloud)
    throw fail('MSG_CLOUD_UNKNOWN', { cloud: id, known: clouds.map((known) => known.id).join(', ') })
  return cloud
}
