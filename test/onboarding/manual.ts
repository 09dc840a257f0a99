/** An application as an administrator registers it by hand, made straight in the simulated tenant's directory. */
import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto'
import { graphAppId, newApplication, type Tenant } from '../../simulator/tenant/index.ts'
import { permissionCatalogue } from '../../src/microsoft/index.ts'

export interface Registered {
  readonly appId: string
  readonly secret: string
  /** Uploads the public part of a certificate. */
  readonly upload: (certificatePem: string) => void
}

const dayMs = 24 * 60 * 60 * 1000
const time = (milliseconds: number) => new Date(milliseconds).toISOString()

/** What the tenant's Microsoft Graph offers of all that the product may ask for: enough for every workload. */
export function offeredPermissions({ directory }: Tenant): string[] {
  const offered = directory.servicePrincipals.find(({ appId }) => appId === graphAppId)?.appRoles ?? []
  const values = new Set(offered.map(({ value }) => value))
  return permissionCatalogue.map(({ value }) => value).filter((value) => values.has(value))
}

/** Registers an application with a secret and these Graph permissions, granted. */
export function registerByHand(
  { directory, clock, id: tenantId }: Tenant,
  permissions: readonly string[] = ['User.Read.All', 'Mail.Read', 'Mail.ReadWrite'],
): Registered {
  const secret = `${randomBytes(24).toString('base64url')}~Q`
  const now = clock.now()
  const application = newApplication(
    {
      id: randomUUID(),
      appId: randomUUID(),
      displayName: 'Registered by hand',
      signInAudience: 'AzureADMyOrg',
      passwordCredentials: [
        {
          keyId: randomUUID(),
          displayName: 'by hand',
          hint: secret.slice(0, 3),
          startDateTime: time(now - dayMs),
          endDateTime: time(now + 180 * dayMs),
          secretText: secret,
          usableAt: 0,
        },
      ],
    },
    now,
    0,
  )
  directory.applications.push(application)
  const graph = directory.servicePrincipals.find(({ appId }) => appId === graphAppId)
  if (!graph) throw new Error('the tenant has no Microsoft Graph')
  const principal = {
    ...graph,
    id: randomUUID(),
    appId: application.appId,
    displayName: application.displayName,
    appOwnerOrganizationId: tenantId,
    servicePrincipalNames: [application.appId],
    appRoles: [],
    scopes: [],
    owners: [],
  }
  directory.servicePrincipals.push(principal)
  for (const value of permissions) {
    directory.assignments.push({
      id: randomUUID(),
      appRoleId: graph.appRoles.find((role) => role.value === value)?.id ?? '',
      principalId: principal.id,
      resourceId: graph.id,
      createdDateTime: time(now),
      effectiveAt: 0,
    })
  }
  return {
    appId: application.appId,
    secret,
    upload: (certificatePem) => {
      const { raw, validFromDate, validToDate } = new X509Certificate(certificatePem)
      application.keyCredentials.push({
        keyId: randomUUID(),
        displayName: 'by hand',
        customKeyIdentifier: createHash('sha1').update(raw).digest('hex').toUpperCase(),
        startDateTime: time(validFromDate.getTime()),
        endDateTime: time(validToDate.getTime()),
        certificate: raw,
        usableAt: 0,
      })
    },
  }
}
