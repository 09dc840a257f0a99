/**
 * Stands for the Azure CLI where a script for it is run: a program `az` whose `rest` asks the simulated tenant with a person's token.
 * The program itself hands its arguments to this process, so that a run takes no longer than its requests. Queries: the few
 * forms of JMESPath that the script uses.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cloud, MicrosoftNetwork } from '../../src/microsoft/index.ts'

export interface AzureCli {
  /** Where the program is: to be put into PATH. */
  readonly folder: string
  /** Arguments of each call. */
  calls: string[][]
  /** Whom the next calls act for, and where. */
  signIn(session: { token: string; cloud: Cloud; network: MicrosoftNetwork }): void
  close(): void
}

const program = (port: number) => `#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/${port}
printf '%s\\0' "$#" "$@" >&3
IFS= read -r code <&3
if [[ "$code" == 0 ]]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`

export async function startAzureCli(): Promise<AzureCli> {
  let session: { token: string; cloud: Cloud; network: MicrosoftNetwork } | undefined
  const server = createServer((socket) => {
    void readArguments(socket).then(async (args) => {
      cli.calls.push(args)
      const { code, text } = await answer(args)
      socket.end(`${code}\n${text}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-az-'))
  const file = join(folder, 'az')
  writeFileSync(file, program((server.address() as AddressInfo).port))
  chmodSync(file, 0o755)

  async function answer(args: string[]): Promise<{ code: number; text: string }> {
    if (args[0] !== 'rest') return { code: 0, text: '' }
    if (!session) return { code: 1, text: "Please run 'az login'\n" }
    const { token, cloud, network } = session
    const response = await network.exchange(cloud, {
      method: option(args, 'method').toUpperCase() as 'GET',
      url: option(args, 'url'),
      headers: { authorization: `Bearer ${token}`, ...headersOf(args) },
      ...(args.includes('--body') && { body: option(args, 'body') }),
      timeoutMs: 30_000,
    })
    const body = (await response.read(10_000_000)).toString()
    if (response.status >= 300) return { code: 1, text: `ERROR: ${body}\n` }
    const chosen = body === '' ? undefined : select(JSON.parse(body), option(args, 'query'))
    const lines = [chosen].flat().filter((one) => typeof one === 'string')
    return { code: 0, text: lines.map((line) => `${line}\n`).join('') }
  }

  const cli: AzureCli = {
    folder,
    calls: [],
    signIn: (next) => {
      session = next
    },
    close: () => {
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return cli
}

function readArguments(socket: Socket): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.once('error', reject)
    socket.on('data', (chunk: string) => {
      text += chunk
      const [count, ...args] = text.split('\0')
      if (args.length === Number(count) + 1) resolve(args.slice(0, -1))
    })
  })
}

function option(args: string[], name: string): string {
  return args[args.indexOf(`--${name}`) + 1] ?? ''
}

function headersOf(args: string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const pair of args.slice(args.indexOf('--headers') + 1)) {
    if (pair.startsWith('--')) break
    const [name = '', ...value] = pair.split('=')
    headers[name.toLowerCase()] = value.join('=')
  }
  return headers
}

type Json = { [name: string]: Json } & Json[]

function select(answer: unknown, query: string): unknown {
  const [path = '', ...pipes] = query.split(' | ')
  let value = answer as Json | undefined
  for (const part of path.match(/[A-Za-z]+|\[[^\]]*\]/g) ?? []) {
    const filter = /^\[\?(\w+)=='(.*)'\]$/.exec(part)
    if (part === '[]') continue
    if (filter) value = value?.filter((one) => String(one[filter[1] ?? '']) === filter[2]) as Json
    else if (part.startsWith('[')) value = value?.[Number(part.slice(1, -1))]
    else value = Array.isArray(value) ? (value.map((one: Json) => one[part]) as Json) : value?.[part]
  }
  return pipes.includes('[0]') ? value?.[0] : value
}
