/**
 * The commands of docs/onboarding.md, 'From the command line', as they stand there: from a fresh data folder to organizations that are
 * added by every method, backed up, rotated, changed and removed. Only what a person does at Microsoft's pages is done here.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { signInByForms } from '../../../scripts/demo/sign-in-forms.ts'
import { root } from '../../../scripts/run.ts'
import type { ReadyLine } from '../../../simulator/start.ts'
import { covers } from '../../covers.ts'
import { enterCode } from '../../onboarding/browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'bdrcloud-walkthrough-'))
let shell: ChildProcess | undefined

/** Everything that the shell started is in its process group. */
const signal = (name: NodeJS.Signals | 0): boolean => {
  try {
    return process.kill(-(shell?.pid ?? Number.NaN), name)
  } catch {
    return false
  }
}
after(async () => {
  signal('SIGTERM')
  for (let wait = 0; wait < 100 && signal(0); wait++) await new Promise((done) => setTimeout(done, 100))
  signal('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** The blocks of the section that are for a shell. */
function documented(): string {
  const page = readFileSync(join(root, 'docs/onboarding.md'), 'utf8')
  const section = /\n## From the command line\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
  const blocks = [...section.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)]
  return blocks
    .map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
    .join('\n')
}

/** The administrator: sees what the commands print, and signs in wherever they ask for it. */
function administrator(failed: (error: unknown) => void) {
  let seen = 0
  return (shown: string) => {
    const news = shown.slice(seen)
    const code = /^ {2}(http\S+)\n[^\n]*\n {2}([A-Z0-9]{6,12})\n/m.exec(news)
    const browser = /^ {2}(http\S+)\n\(A browser elsewhere does not find the way back to (\S+): /m.exec(news)
    const found = code ?? browser
    if (!found) return
    seen += found.index + found[0].length
    const { clouds } = JSON.parse(readFileSync(join(workFolder(), 'simulator.json'), 'utf8')) as ReadyLine
    const [, address = '', second = ''] = found
    const { origin } = new URL(address)
    const cloud = Object.values(clouds).find((one) => [one.pages, one.login].includes(origin))
    const person = cloud?.personas.find(({ role }) => role === 'Global Administrator')
    assert.ok(person, `no administrator for ${address}`)
    const work = code
      ? enterCode({ verificationAddress: address, userCode: second }, person, 'continue')
      : signInByForms(address, person, second).then((back) => fetch(back))
    work.catch(failed)
  }
}

const workFolder = () => readFileSync(join(folder, 'work'), 'utf8').trim()

test('the documented commands run as they stand', { timeout: 900_000 }, async () => {
  covers('credential', 'global', 'saved')
  covers('device-code', 'usgov', 'saved')
  covers('manual', 'china', 'saved')
  covers('management', 'usgov', ['verify', 'rotate-certificate', 'remove-backups'])
  covers('management', 'china', ['edit', 'replace-password', 'remove'])
  covers('management', 'global', ['upgrade-to-certificate', 'grant-restore-rights', 'revoke-restore-rights'])
  covers('management', 'global', 'remove-application')
  const script = [
    'set -euo pipefail',
    documented(),
    `npx bdrcloud org list --json > ${folder}/listed.json`,
    `npx bdrcloud org list --removed --json > ${folder}/removed.json`,
    `cp "$work/statement.txt" ${folder}/statement.txt`,
    'echo "walked to the end"',
  ]
    .join('\n')
    // The test has to find the folder; nothing else is added to what stands in the document.
    .replace('work=$(mktemp -d)\n', `work=$(mktemp -d -p ${folder})\necho "$work" > ${folder}/work\n`)
  const { shown, code } = await run(script)
  assert.equal(code, 0, shown)
  assert.match(shown, /walked to the end/)
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'listed.json'), 'utf8')), [])
  const removed = JSON.parse(readFileSync(join(folder, 'removed.json'), 'utf8')) as {
    name: string
    removal: { backups: { state: string } }
  }[]
  assert.deepEqual(Object.fromEntries(removed.map(({ name, removal }) => [name, removal.backups.state])), {
    Agency: 'kept',
    Harbour: 'kept',
    'Shanghai office': 'kept',
  })
  assert.match(readFileSync(join(folder, 'statement.txt'), 'utf8'), /Removed in the tenant:\n {2}- /)
  assert.match(shown, /New certificate [0-9A-F]{64}/)
  assert.ok(existsSync(join(workFolder(), 'recovery-kit.txt')))
})

function run(script: string): Promise<{ shown: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // The settings that a person has, too, where the usual ones are taken.
        BDRCLOUD_PORT: '0',
        BDRCLOUD_CREDENTIALS: join(folder, 'credentials.json'),
      },
    })
    shell = child
    let shown = ''
    const look = administrator(reject)
    const take = (chunk: Buffer) => {
      shown += chunk.toString()
      try {
        look(shown)
      } catch (error) {
        reject(error)
      }
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('error', reject)
    // What runs in the background keeps the pipes open: the end of the shell is the end.
    child.once('exit', (code) => setTimeout(() => resolve({ shown, code }), 200))
  })
}
