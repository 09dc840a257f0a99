/** What stands between a server and Microsoft in real networks: a CONNECT proxy, and a proxy that opens TLS with an authority of its own. */
import 'reflect-metadata'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createServer as createTlsServer, request as httpsRequest } from 'node:https'
import { type AddressInfo, connect, type Server, type Socket } from 'node:net'
import * as x509 from '@peculiar/x509'

export interface Proxy {
  /** Without user name and password. */
  readonly address: string
  /** `host:port` of every tunnel asked for. */
  readonly asked: string[]
  /** PEM of the authority of its inspection; empty without one. */
  readonly authority: string
  stop(): Promise<void>
}

export interface ProxyOptions {
  /** `user:password` without which nobody gets through. */
  readonly login?: string
  /** Answered to everybody instead of a tunnel. */
  readonly status?: number
  /** Opens the tunnels' TLS with an authority of its own; the one that is trusted behind it. */
  readonly inspect?: { readonly ca: string }
}

/** A forward proxy that opens tunnels. */
export async function startProxy({ login, status, inspect }: ProxyOptions = {}): Promise<Proxy> {
  const certificates = inspect && (await makeCertificates({}))
  const inspectors = new Map<string, Server>()
  const inspectorOf = (target: string): Server | undefined => {
    if (!inspect || !certificates) return undefined
    const known = inspectors.get(target)
    if (known) return known
    const made = createInspector(certificates, { origin: `https://${target}`, ca: inspect.ca })
    inspectors.set(target, made)
    return made
  }
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_request, response) => response.writeHead(405).end())
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  }
  server.on('connection', keep)
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    asked.push(request.url ?? '')
    const told = request.headers['proxy-authorization']
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
    if (told !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n')
      return
    }
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const inspector = inspectorOf(request.url ?? '')
    if (inspector) {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      inspector.emit('connection', socket)
      return
    }
    const [host = '', port = '443'] = (request.url ?? '').split(':')
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    keep(upstream)
  })
  const port = await listening(server)
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    authority: certificates?.authority ?? '',
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await closed(server)
    },
  }
}

export interface Interceptor {
  readonly origin: string
  /** PEM of the authority behind its certificate. */
  readonly authority: string
  stop(): Promise<void>
}

export interface InterceptorOptions {
  /** Where the opened requests go on to, with the authority that is trusted there. */
  readonly target?: { readonly origin: string; readonly ca: string }
  readonly host?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** Shows a certificate of its own authority 'Inspection CA (Example Corp)', opens the traffic and passes it on. */
export async function startInterceptor(options: InterceptorOptions = {}): Promise<Interceptor> {
  const certificates = await makeCertificates(options)
  const { authority } = certificates
  const server = createInspector(certificates, options.target)
  const port = await listening(server)
  return {
    origin: `https://localhost:${port}`,
    authority,
    stop: async () => {
      server.closeAllConnections()
      await closed(server)
    },
  }
}

/** Answers by itself, or passes the opened requests on to the target. */
function createInspector(
  { key, chain }: { readonly key: string; readonly chain: string },
  target: InterceptorOptions['target'],
) {
  return createTlsServer({ key, cert: chain }, (request, response) => {
    if (!target) {
      response.end('{}')
      return
    }
    const { origin, ca } = target
    const onward = httpsRequest(
      `${origin}${request.url}`,
      { method: request.method, headers: { ...request.headers, host: new URL(origin).host }, ca },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const day = 86_400_000

export async function makeCertificates({
  host = 'localhost',
  notBefore = new Date(Date.now() - day),
  notAfter = new Date(Date.now() + 30 * day),
}: InterceptorOptions) {
  const { subtle } = globalThis.crypto
  const authorityKeys = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const keys = await subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '0a',
    name: 'CN=Inspection CA, O=Example Corp',
    notBefore: new Date(Date.now() - 400 * day),
    notAfter: new Date(Date.now() + 400 * day),
    signingAlgorithm: algorithm,
    keys: authorityKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  })
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '0b',
    subject: `CN=${host}`,
    issuer: authority.subject,
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  })
  const der = await subtle.exportKey('pkcs8', keys.privateKey)
  return {
    key: x509.PemConverter.encode(der, 'PRIVATE KEY'),
    chain: `${certificate.toString('pem')}\n${authority.toString('pem')}`,
    authority: `${authority.toString('pem')}\n`,
  }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function closed(server: Server): Promise<unknown> {
  return new Promise((resolve) => server.close(resolve))
}
