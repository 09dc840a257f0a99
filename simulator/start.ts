/**
 * Starts the simulated tenant: three servers on localhost (https sign-in, https Graph, http pages and control) around one
 * state. Used by the command line and, in the same process, by tests.
 */

import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyHttpsOptions, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { createCertificates } from './certificates.ts'
import { registerControl } from './control/index.ts'
import { createGrants, createSigner, registerLogin, registerPages } from './entra/index.ts'
import { graphServerOptions, registerGraph } from './graph/index.ts'
import { createFaults, createRequestLog, type RequestLog } from './observation/index.ts'
import { defaultOptions, type SimulatorOptions } from './options.ts'
import { createTenant, type ReadyApplication, type Tenant } from './tenant/index.ts'

export type ReadyLine = {
  readonly ready: true
  readonly clouds: {
    readonly global: {
      readonly login: string
      readonly graph: string
      readonly pages: string
      readonly ca: string
    }
  }
  readonly control: string
  readonly tenantId: string
  readonly domains: readonly string[]
  readonly personas: readonly { readonly upn: string; readonly password: string; readonly role: string }[]
  readonly app?: ReadyApplication
}

export type RunningSimulator = {
  readonly ready: ReadyLine
  /** The authority's certificate, PEM. */
  readonly caPem: string
  readonly tenant: Tenant
  readonly log: RequestLog
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

function readyLine(tenant: Tenant, ca: string): ReadyLine {
  const { login, graph, pages } = tenant.endpoints
  return {
    ready: true,
    clouds: { global: { login, graph, pages, ca } },
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

/** Starts with the given options over the defaults (free ports, 5 users, 50 mails, no lag). Rejects when a port is taken. */
export async function startSimulator(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const settings = { ...defaultOptions, ...options }
  const certificates = await createCertificates(settings.caDirectory)
  const tenant = createTenant(settings, 'global', [])
  const signer = await createSigner()
  const grants = createGrants()
  const faults = createFaults(settings.faults)
  const log = createRequestLog()
  const tls = { key: certificates.key, cert: certificates.certificate }
  const login = createServer({ genReqId: graphServerOptions.genReqId }, tls)
  const graph = createServer(graphServerOptions, tls)
  const pages = createServer({ bodyLimit: 64 * 1024 * 1024 })
  const stop = async (): Promise<void> => {
    await Promise.all([login.close(), graph.close(), pages.close()])
    certificates.remove()
  }
  try {
    const parts = { tenant, signer, grants, faults, log }
    registerLogin(login, parts)
    const mail = await registerGraph(graph, parts)
    registerPages(pages, parts)
    registerControl(pages, { tenant, faults, log, mail })
    const { port } = settings
    tenant.endpoints.login = `https://localhost:${await listen(login, port)}`
    tenant.endpoints.graph = `https://localhost:${await listen(graph, port === 0 ? 0 : port + 1)}`
    tenant.endpoints.pages = `http://localhost:${await listen(pages, port === 0 ? 0 : port + 2)}`
  } catch (error) {
    await stop()
    throw error
  }
  return { ready: readyLine(tenant, certificates.caPath), caPem: certificates.caPem, tenant, log, stop }
}
