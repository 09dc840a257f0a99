/**
 * Starts the simulated clouds, each with a tenant: four servers on localhost (https sign-in, https Graph, http pages and
 * control, https content of files) around one state. Used by the command line and, in the same process, by tests.
 */

import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyHttpsOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { createCertificates } from './certificates.ts'
import { registerControl } from './control/index.ts'
import { registerContentHost } from './drives/index.ts'
import { createGrants, createSigner, registerLogin, registerPages } from './entra/index.ts'
import { graphServerOptions, registerGraph } from './graph/index.ts'
import { createFaults, createRequestLog, type RequestLog } from './observation/index.ts'
import { defaultOptions, type SimulatorOptions } from './options.ts'
import {
  type CloudName,
  cloudNames,
  createTenant,
  issuerOf,
  type ReadyApplication,
  type Tenant,
} from './tenant/index.ts'

type Persona = { readonly upn: string; readonly password: string; readonly role: string }

type CloudAddresses = {
  readonly login: string
  readonly graph: string
  readonly pages: string
  readonly ca: string
}

/** Where a cloud is, and what its tenant is. */
export type ReadyCloud = CloudAddresses & {
  /** Origin of the issuer of tokens: not the login host's in every cloud. */
  readonly issuer: string
  readonly control: string
  readonly tenantId: string
  readonly domains: readonly string[]
  readonly personas: readonly Persona[]
  readonly app?: ReadyApplication
}

/** One entry per started cloud; the members beside `clouds` speak of the global one. */
export type ReadyLine = {
  readonly ready: true
  readonly clouds: { readonly global: ReadyCloud } & { readonly [name in CloudName]?: ReadyCloud }
  readonly control: string
  readonly tenantId: string
  readonly domains: readonly string[]
  readonly personas: readonly Persona[]
  readonly app?: ReadyApplication
}

export type RunningSimulator = {
  readonly ready: ReadyLine
  /** The authority's certificate, PEM; one for all clouds. */
  readonly caPem: string
  /** Of the global cloud. */
  readonly tenant: Tenant
  readonly log: RequestLog
  readonly clouds: ReadonlyMap<CloudName, { readonly tenant: Tenant; readonly log: RequestLog }>
  stop(): Promise<void>
}

type Tls = { readonly key: string; readonly cert: string }

/** Every server answers on both loopback addresses and drops idle connections when it closes. */
function createServer(options: FastifyServerOptions, tls?: Tls): FastifyInstance {
  const common: FastifyServerOptions = { forceCloseConnections: true, logger: false, ...options }
  if (tls === undefined) return Fastify(common)
  // The types of plain and https servers differ only in the raw socket, which no handler touches.
  const secure: FastifyHttpsOptions<Server> = { forceCloseConnections: true, logger: false, https: tls }
  return Fastify({ ...options, ...secure } as FastifyHttpsOptions<Server>) as unknown as FastifyInstance
}

async function listen(app: FastifyInstance, port: number): Promise<number> {
  await app.listen({ host: 'localhost', port })
  return (app.server.address() as AddressInfo).port
}

function readyCloud(tenant: Tenant, ca: string): ReadyCloud {
  const { login, graph, pages } = tenant.endpoints
  return {
    login,
    graph,
    pages,
    ca,
    issuer: issuerOf(tenant),
    control: `${pages}/_control`,
    tenantId: tenant.id,
    domains: tenant.domains,
    personas: tenant.users.flatMap((user) =>
      user.persona === undefined
        ? []
        : [{ upn: user.signInName, password: user.password, role: user.persona }],
    ),
    ...(tenant.readyApplication === undefined ? {} : { app: tenant.readyApplication }),
  }
}

function readyLine(tenants: readonly Tenant[], ca: string): ReadyLine {
  const entries = new Map(tenants.map((tenant) => [tenant.cloud.name, readyCloud(tenant, ca)]))
  const global = entries.get('global')
  if (global === undefined) throw new Error('The global cloud is always started')
  const { control, tenantId, domains, personas, app } = global
  return {
    ready: true,
    clouds: { ...Object.fromEntries(entries), global },
    control,
    tenantId,
    domains,
    personas,
    ...(app === undefined ? {} : { app }),
  }
}

type Running = { readonly tenant: Tenant; readonly log: RequestLog }

/** Four servers around one tenant, on four ports from `port` on; 0 takes free ones. */
async function startCloud(
  tenant: Tenant,
  tls: Tls,
  port: number,
  started: FastifyInstance[],
): Promise<Running> {
  const signer = await createSigner()
  const faults = createFaults(tenant.options.faults)
  const log = createRequestLog()
  const parts = { tenant, signer, grants: createGrants(), faults, log }
  const login = createServer({ genReqId: graphServerOptions.genReqId }, tls)
  const graph = createServer(graphServerOptions, tls)
  const pages = createServer({ bodyLimit: 64 * 1024 * 1024 })
  const content = createServer({ ...graphServerOptions, rewriteUrl: ({ url }) => url ?? '/' }, tls)
  started.push(login, graph, pages, content)
  registerLogin(login, parts)
  const { mail, outlook, drives, driveHouse } = await registerGraph(graph, parts)
  registerPages(pages, parts)
  registerContentHost(content, { house: driveHouse, faults, log })
  registerControl(pages, { tenant, faults, log, mail, outlook, drives })
  tenant.endpoints.login = `https://localhost:${await listen(login, port)}`
  tenant.endpoints.graph = `https://localhost:${await listen(graph, port === 0 ? 0 : port + 1)}`
  tenant.endpoints.pages = `http://localhost:${await listen(pages, port === 0 ? 0 : port + 2)}`
  tenant.endpoints.content = `https://localhost:${await listen(content, port === 0 ? 0 : port + 3)}`
  return { tenant, log }
}

/** Starts with the given options over the defaults (free ports, 5 users, 50 mails, no lag). Rejects when a port is taken. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const settings = { ...defaultOptions, ...options }
  const certificates = await createCertificates(settings.caDirectory)
  const tls = { key: certificates.key, cert: certificates.certificate }
  const servers: FastifyInstance[] = []
  const world: Tenant[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.close()))
    certificates.remove()
  }
  try {
    const names = cloudNames.filter((name) => name === 'global' || settings.clouds.includes(name))
    const tenants = names.map((name) => createTenant(settings, name, world))
    const running: Running[] = []
    for (const [index, tenant] of tenants.entries()) {
      const port = settings.port === 0 ? 0 : settings.port + 4 * index
      running.push(await startCloud(tenant, tls, port, servers))
    }
    const [global] = running
    if (global === undefined) throw new Error('The global cloud is always started')
    return {
      ready: readyLine(tenants, certificates.caPath),
      caPem: certificates.caPem,
      tenant: global.tenant,
      log: global.log,
      clouds: new Map(running.map(({ tenant, log }) => [tenant.cloud.name, { tenant, log }])),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
