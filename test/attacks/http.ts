/** Requests as an attacker sends them: nothing is tidied, added or followed. Each caller comes from an address of its own, as limits count by address. */
import { type OutgoingHttpHeaders, request as send } from 'node:http'
import { connect } from 'node:net'
import type { Problem } from '../../src/contract/index.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** Code of the catalogue, where it is an error of the server's own; else an empty text. */
  readonly code: string
}

export interface AttackRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
}

let lastAddress = 1

/** A loopback address that no other caller of this process has. */
export function freshAddress(): string {
  lastAddress += 1
  return `127.${1 + (process.pid % 250)}.${Math.floor(lastAddress / 250)}.${1 + (lastAddress % 250)}`
}

/** One request by a connection of its own. */
export function ask(server: string, asked: AttackRequest, from = '127.0.0.1'): Promise<Answer> {
  const { host, port } = new URL(server)
  return new Promise((resolve, reject) => {
    const request = send(
      {
        host: '127.0.0.1',
        port,
        localAddress: from,
        method: asked.method ?? 'GET',
        path: asked.path,
        headers: {
          host,
          ...(asked.body === undefined ? {} : { 'content-length': Buffer.byteLength(asked.body) }),
          ...asked.headers,
        },
        signal: AbortSignal.timeout(60_000),
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('error', reject)
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, headers, text, code: codeOf(headers['content-type'], text) })
        })
      },
    )
    request.on('error', reject)
    request.end(asked.body)
  })
}

/** The bytes as they stand, and all that comes back until the server closes or is silent for `patience` milliseconds. */
export function raw(server: string, bytes: string | Buffer, patience = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server).port), '127.0.0.1')
    let text = ''
    const done = () => {
      socket.destroy()
      resolve(text)
    }
    socket.setTimeout(patience, done)
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
    })
    socket.on('close', done)
    socket.on('error', (error: NodeJS.ErrnoException) =>
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? done() : reject(error),
    )
    socket.write(bytes)
  })
}

function codeOf(contentType: string | undefined, text: string): string {
  if (!contentType?.includes('problem+json') || text === '') return ''
  return (JSON.parse(text) as Problem).code
}
