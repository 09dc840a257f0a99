/** Levers for tests and demonstrations under `/_control`: time, replication, faults, policies, people, the request log. */
import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { DriveControl } from '../drives/index.ts'
import type { MailControl } from '../mail/index.ts'
import { type Faults, type RequestLog, readFaultRules } from '../observation/index.ts'
import type { OutlookControl } from '../outlook/index.ts'
import { addVisitingApplication, generatedUser, type Tenant } from '../tenant/index.ts'

import { type Body, invalid, numberOf } from './input.ts'
import { registerTrouble } from './trouble.ts'

export type ControlParts = {
  readonly tenant: Tenant
  readonly faults: Faults
  readonly log: RequestLog
  readonly mail: MailControl
  readonly outlook: OutlookControl
  readonly drives: DriveControl
}

function state(tenant: Tenant): unknown {
  return {
    now: new Date(tenant.clock.now()).toISOString(),
    lagSeconds: tenant.lagSeconds,
    policies: tenant.policies,
    users: tenant.users.length,
    mailboxes: tenant.users.filter((user) => user.hasMailbox).length,
  }
}

/** Applications as they are, deleted and not yet replicated ones included, without secrets. */
function applications(tenant: Tenant): unknown {
  const { directory } = tenant
  return directory.applications.map((application) => ({
    id: application.id,
    appId: application.appId,
    displayName: application.displayName,
    uniqueName: application.uniqueName,
    deletedDateTime: application.deletedDateTime,
    owners: application.owners,
    passwords: application.passwordCredentials.length,
    keys: application.keyCredentials.length,
    servicePrincipals: directory.servicePrincipals
      .filter((principal) => principal.appId === application.appId)
      .map((principal) => ({
        id: principal.id,
        roles: directory.assignments
          .filter((assignment) => assignment.principalId === principal.id)
          .map((assignment) => assignment.appRoleId),
      })),
  }))
}

/** `create`, `update` (with `changes`) or `delete` a user; each counts as a change for delta. */
function changeUser(tenant: Tenant, body: Body): unknown {
  tenant.userVersion += 1
  const version = tenant.userVersion
  if (body['action'] === 'create') {
    const fresh = {
      ...generatedUser(tenant.options.seed, tenant.cloud, 100_000 + version),
      id: randomUUID(),
      version,
    }
    Object.assign(fresh, body['changes'] ?? {})
    tenant.users.push(fresh)
    return { id: fresh.id, userPrincipalName: fresh.userPrincipalName }
  }
  const user = tenant.users.find((one) => one.id === body['id'] || one.userPrincipalName === body['id'])
  if (user === undefined) throw invalid('"id" names no user')
  if (body['action'] === 'delete') {
    tenant.users = tenant.users.filter((one) => one !== user)
    tenant.removedUsers.push({ id: user.id, version })
  } else if (body['action'] === 'update') {
    Object.assign(user, body['changes'] ?? {}, { id: user.id, version })
  } else throw invalid('"action" must be create, update or delete')
  return { id: user.id, userPrincipalName: user.userPrincipalName }
}

/** Somebody else's application, with `redirectUris`, `secret` or `certificatePem`, and `scopes`. */
function addVisitor(tenant: Tenant, body: Body): unknown {
  const { redirectUris, scopes, secret, certificatePem } = body
  if (!Array.isArray(redirectUris) || !Array.isArray(scopes))
    throw invalid('"redirectUris" and "scopes" must be lists')
  const { appId, home } = addVisitingApplication(
    tenant.directory,
    {
      redirectUris: redirectUris.map(String),
      scopes: scopes.map(String),
      ...(typeof secret === 'string' && { secret }),
      ...(typeof certificatePem === 'string' && { certificatePem }),
    },
    tenant.clock.now(),
  )
  return { clientId: appId, homeTenant: home.id, homeDomain: home.domain }
}

export function registerControl(
  app: FastifyInstance,
  { tenant, faults, log, mail, outlook, drives }: ControlParts,
): void {
  void app.register(
    async (control) => {
      control.get('/state', async () => state(tenant))
      control.get('/applications', async () => ({ applications: applications(tenant) }))
      control.post<{ Body: Body }>('/clock', async (request) => {
        tenant.clock.advance(numberOf(request.body, 'advanceSeconds', -1e9, 1e9))
        return state(tenant)
      })
      registerTrouble(control, tenant)
      control.post<{ Body: Body }>('/visiting-applications', async (request) =>
        addVisitor(tenant, request.body),
      )
      control.post<{ Body: Body }>('/policies', async (request) => {
        for (const name of Object.keys(request.body))
          if (!(name in tenant.policies)) throw invalid(`No policy "${name}"`)
        Object.assign(tenant.policies, request.body)
        return state(tenant)
      })
      control.post<{ Body: Body }>('/users', async (request) => changeUser(tenant, request.body))
      control.post('/users/expire-delta', async () => {
        tenant.userVersion += 1
        tenant.oldestUserVersion = tenant.userVersion
        return state(tenant)
      })
      control.get('/requests', async () => log.read())
      control.delete('/requests', async () => {
        log.reset()
        return { total: 0 }
      })
      control.get('/faults', async () => ({ faults: faults.list() }))
      control.post('/faults', async (request) => {
        try {
          faults.set(readFaultRules(request.body))
        } catch (error) {
          throw invalid(error instanceof Error ? error.message : String(error))
        }
        return { faults: faults.list() }
      })
      control.delete('/faults', async () => {
        faults.set([])
        return { faults: [] }
      })
      for (const [side, verbs] of Object.entries({ mail, outlook, drives })) {
        control.post<{ Params: { verb: string } }>(`/${side}/:verb`, async (request, reply) => {
          const verb = Object.hasOwn(verbs, request.params.verb) ? verbs[request.params.verb] : undefined
          if (verb === undefined)
            return reply.code(404).send({ error: 'No such verb', verbs: Object.keys(verbs) })
          return (await verb(request.body)) ?? {}
        })
      }
    },
    { prefix: '/_control' },
  )
}
