/** Files for running the server as a service, held against systemd's own judge and against rules of our own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../../scripts/run.ts'
import { judgeAudit } from '../../scripts/supply-chain/judge-audit.ts'
import { lockedPackages, unlistedLicences } from '../../scripts/supply-chain/licences.ts'
import { temporaryFolder } from './server-process.ts'

const analyze = '/usr/bin/systemd-analyze'
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('the unit is one that systemd understands, and exposes little', {
  skip: !existsSync(analyze) && 'systemd is not installed',
}, (t) => {
  const unit = join(temporaryFolder(t), 'bdrcloud.service')
  // The judge wants programs, folders and accounts that are there.
  const text = read('deploy/systemd/bdrcloud.service')
    .replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true')
    .replace(/^(User|Group)=bdrcloud$/gm, '$1=daemon')
    .replace(/^WorkingDirectory=.*$/m, 'WorkingDirectory=/')
    .replace(/^Documentation=.*$/m, '')
  writeFileSync(unit, text)
  const run = (...args: string[]) => spawnSync(analyze, args, { encoding: 'utf8', timeout: 60_000 })
  const verified = run('verify', '--man=no', unit)
  const own = verified.stderr.split('\n').filter((line) => line.includes('bdrcloud.service'))
  assert.deepEqual(own, [])
  const judged = run('security', '--offline=yes', '--threshold=20', '--no-pager', unit)
  assert.equal(judged.status, 0, judged.stdout + judged.stderr)
  const weakened = text.replace(
    /^(ProtectSystem|NoNewPrivileges|CapabilityBoundingSet|SystemCallFilter)=.*$/gm,
    '',
  )
  writeFileSync(unit, weakened)
  assert.notEqual(run('security', '--offline=yes', '--threshold=20', '--no-pager', unit).status, 0)
})

test('the image is built in stages, runs as nobody in particular, says its health and holds no secret', () => {
  const lines = read('deploy/docker/Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  const instructions = lines.map((line) => line.split(' ')[0] ?? '')
  const known = [
    'FROM',
    'WORKDIR',
    'COPY',
    'RUN',
    'ENV',
    'USER',
    'VOLUME',
    'EXPOSE',
    'STOPSIGNAL',
    'HEALTHCHECK',
    'ENTRYPOINT',
  ]
  for (const instruction of instructions) assert.ok(known.includes(instruction), instruction)
  const bases = lines.filter((line) => line.startsWith('FROM '))
  assert.equal(bases.length, 2)
  for (const base of bases) assert.match(base, /^FROM node:24-\w+/)
  const last = lines.slice(lines.lastIndexOf(bases[1] ?? ''))
  const user = last.findIndex((line) => line === 'USER 10001:10001')
  assert.ok(user > 0 && user < last.findIndex((line) => line.startsWith('ENTRYPOINT')))
  assert.ok(last.slice(user).every((line) => !line.startsWith('RUN')))
  assert.ok(last.some((line) => line.startsWith('HEALTHCHECK')))
  assert.ok(!lines.some((line) => /password|secret|token/i.test(line)))
  for (const line of last.filter((one) => one.startsWith('COPY'))) {
    const [, , source = ''] = line.split(' ')
    const path = source.replace('/opt/bdrcloud/', '')
    assert.ok(['node_modules', 'console/dist'].includes(path) || existsSync(join(root, path)), path)
  }
  const compose = read('deploy/docker/compose.yaml')
  for (const service of compose.split(/^ {2}(?=\w+:$)/m).slice(1, 3)) {
    for (const rule of ['read_only: true', 'cap_drop: [ALL]', "security_opt: ['no-new-privileges:true']"])
      assert.ok(service.includes(rule), `${rule} in ${service}`)
  }
  assert.doesNotMatch(compose, /privileged|docker\.sock|network_mode: host/)
})

test('every package of the lock file has its hash, names no place, and has a licence that was looked at', () => {
  const packages = lockedPackages()
  assert.ok(packages.length > 100)
  assert.deepEqual(
    packages.filter(({ integrity, resolved }) => integrity === null || resolved !== null),
    [],
  )
  assert.deepEqual(unlistedLicences(packages), [])
  const strange = {
    name: 'x',
    version: '1',
    licence: 'AGPL-3.0',
    development: false,
    integrity: '',
    resolved: null,
  }
  assert.deepEqual(unlistedLicences([strange, { ...strange, licence: 'MPL-2.0' }]).length, 2)
  assert.deepEqual(unlistedLicences([{ ...strange, licence: 'MPL-2.0', development: true }]), [])
})

test('a known weakness fails unless an exception covers it that has not ended; one that covers nothing is told', () => {
  const advisory = {
    name: 'bad',
    title: 'reads too much',
    severity: 'high',
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  }
  const report = { vulnerabilities: { bad: { via: [advisory] }, user: { via: ['bad'] } } }
  const exception = { advisory: 'GHSA-aaaa-bbbb-cccc', reason: 'not reached', until: '2026-02-01' }
  assert.deepEqual(judgeAudit(report, [], '2026-01-01'), ['GHSA-aaaa-bbbb-cccc: bad, high: reads too much'])
  assert.deepEqual(judgeAudit(report, [exception], '2026-01-01'), [])
  assert.equal(judgeAudit(report, [exception], '2026-02-01')?.length, 1)
  assert.equal(judgeAudit({ vulnerabilities: {} }, [exception], '2026-01-01')?.length, 1)
  assert.equal(judgeAudit({ message: '405', statusCode: 405 }, [], '2026-01-01'), null)
  assert.equal(judgeAudit(null, [], '2026-01-01'), null)
})
