/** The real command line against a product: each command a process of its own, with the credentials of the product's folder. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/run.ts'
import type { CloudName } from '../../simulator/tenant/index.ts'
import { enterCode } from '../onboarding/browser.ts'
import { type FreshProduct, globalAdministrator, persona } from '../product.ts'

const program = join(root, 'src/cli/main.ts')

/** Give it to a test's `skip`. */
export const noTerminal = existsSync('/usr/bin/script') ? false : 'script is not installed'

interface Run {
  readonly stdin?: string
  /** Sees each line of stderr once. */
  readonly watch?: (line: string) => void
}

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export function commandLine(folder: string, environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, BDRCLOUD_CREDENTIALS: join(folder, 'credentials.json'), ...environment }
  const bdrcloud = (args: readonly string[], { stdin = '', watch }: Run = {}): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { env, timeout: 240_000 })
      let [out, err, seen] = ['', '', 0]
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
      })
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString()
        const lines = err.split('\n')
        for (; seen < lines.length - 1; seen++) watch?.(lines[seen] ?? '')
      })
      child.stdin.end(stdin)
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, out, err }))
    })
  const json = async <T>(args: readonly string[], run: Run = {}): Promise<T> => {
    const { code, out, err } = await bdrcloud([...args, '--json'], run)
    assert.equal(code, 0, err)
    return JSON.parse(out) as T
  }
  /** At a terminal of its own: each answer is typed once what is shown ends as it says. Answers what was shown, and what nobody asked. */
  const typed = async (args: readonly string[], answers: readonly (readonly [RegExp, string])[]) => {
    const left = [...answers]
    const command = [process.execPath, program, ...args].join(' ')
    const child = spawn('/usr/bin/script', ['-qec', command, '/dev/null'], {
      env: { ...env, TERM: 'dumb' },
      timeout: 120_000,
    })
    let shown = ''
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString()
      const [next] = left
      if (next?.[0].test(shown)) {
        left.shift()
        child.stdin.write(`${next[1]}\r`)
      }
    })
    await new Promise((resolve) => child.once('close', resolve))
    return { shown, left }
  }
  return { bdrcloud, json, typed }
}

/** Enters each one-time code that a command prints, as a Global Administrator unless said otherwise, with the next answer. */
export function enterCodes(
  product: FreshProduct,
  { cloud = 'global', role = globalAdministrator }: { cloud?: CloudName; role?: string } = {},
  ...answers: ('continue' | 'cancel')[]
) {
  let address = ''
  const enter = (code: { userCode: string; verificationAddress: string }) =>
    void enterCode(code, persona(product, role, cloud), answers.shift() ?? 'continue')
  return (line: string) => {
    if (line.startsWith('{"event":"device-code"')) enter(JSON.parse(line))
    address = /^ {2}(http\S+)$/.exec(line)?.[1] ?? address
    const userCode = /^ {2}([A-Z0-9]{6,12})$/.exec(line)?.[1]
    if (userCode !== undefined && address !== '') enter({ userCode, verificationAddress: address })
  }
}
