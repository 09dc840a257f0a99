import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type CloudName, cloudNames } from '../../simulator/tenant/index.ts'
import {
  azureCliScript,
  cloudTable,
  createDeviceSignIn,
  createMicrosoftNetwork,
  type MicrosoftNetwork,
  makeCertificate,
  permissionCatalogue,
  powerShellScript,
  type Registration,
  registrationSteps,
} from '../../src/microsoft/index.ts'
import { silentLogger } from '../../src/shared/index.ts'
import { covers } from '../covers.ts'
import { type AzureCli, startAzureCli } from './azure-cli.ts'
import { enterCode } from './browser.ts'
import { grantedRoles, type Lab, openLab, operatorId, start } from './lab.ts'

let lab: Lab
let azureCli: AzureCli
let network: MicrosoftNetwork
before(async () => {
  lab = await openLab({ clouds: cloudNames })
  azureCli = await startAzureCli()
  network = createMicrosoftNetwork({ clouds: lab.clouds, logger: silentLogger, userAgent: 'test' })
})
after(async () => {
  azureCli.close()
  await network.close()
  await lab.stop()
})

/** Runs a script with the stand-in for `az`, signed in as that person, and answers its question. */
async function run(script: string, cloudName: CloudName, role = 'Global Administrator', answer = 'y') {
  const cloud = lab.clouds.find(({ id }) => id === cloudName)
  assert.ok(cloud)
  const signIn = createDeviceSignIn({ network, cloud, clock: lab.clock })
  const code = await signIn.start()
  await enterCode(code, lab.persona(role, cloudName), 'continue')
  const signedIn = await signIn.poll(code)
  assert.ok(typeof signedIn === 'object')
  azureCli.signIn({ token: signedIn.accessToken, cloud, network })
  azureCli.calls = []
  const child = spawn('bash', ['-c', script], {
    env: { ...process.env, PATH: `${azureCli.folder}:${process.env['PATH']}` },
    timeout: 60_000,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  child.stdin.end(`${answer}\n`)
  const exit = await new Promise((resolve) => child.once('close', resolve))
  return { code: exit, out, err, calls: azureCli.calls }
}

const field = (out: string, name: string) => new RegExp(`^${name}: +(.+)$`, 'm').exec(out)?.[1] ?? ''
const scriptsOf = async (id: string) => {
  const { scripts } = await lab.onboardings.registrationGuide(id)
  return Object.fromEntries(scripts.map((one) => [one.id, one.text]))
}

for (const cloud of cloudNames) {
  test(`the script for the Azure CLI registers the application in the cloud ${cloud}, twice the same one, and it is added`, async () => {
    covers('manual', ['global', 'usgov', 'usdod', 'china'], 'azure-cli-script')
    const { id } = await start(lab, { method: 'manual', cloud, restoreRights: false })
    const script = (await scriptsOf(id))['azure-cli'] ?? ''
    const { code, out, err, calls } = await run(script, cloud)
    assert.equal(code, 0, err)
    assert.doesNotMatch(err, /not ready yet/)
    const names = { global: 'AzureCloud', china: 'AzureChinaCloud' } as Record<string, string>
    assert.deepEqual(calls[0], ['cloud', 'set', '--name', names[cloud] ?? 'AzureUSGovernment'])
    assert.equal(field(out, 'Tenant ID'), lab.tenant(cloud).id)
    const applicationId = field(out, 'Application ID')
    assert.deepEqual(grantedRoles(lab, applicationId, cloud), ['Mail.Read', 'User.Read.All'])
    const again = await run(script, cloud)
    assert.equal(again.code, 0, again.err)
    assert.equal(field(again.out, 'Application ID'), applicationId)
    assert.equal(
      lab.tenant(cloud).directory.applications.filter(({ uniqueName }) => uniqueName !== null).length,
      1,
    )

    await lab.onboardings.giveDetails(id, {
      tenant: field(out, 'Tenant ID'),
      applicationId,
      credential: {
        kind: 'password',
        applicationPassword: field(again.out, 'Application Password'),
        expiresAt: field(again.out, 'Expires'),
      },
    })
    const { organizationId } = await lab.onboardings.save(id, { organizationName: cloud }, operatorId)
    const { health } = await lab.organizations.view(organizationId ?? '')
    assert.deepEqual([health[0]?.read, health[0]?.write], ['ok', 'not-granted'])
  })
}

test('the script uploads the certificate that was made here, and says so while there is none', async () => {
  await lab.database.db.deleteFrom('organizations').execute()
  const { id } = await start(lab, { method: 'manual', credentialKind: 'certificate' })
  assert.match((await scriptsOf(id))['azure-cli'] ?? '', /not known to this script/)
  await lab.onboardings.makeCertificate(id, {})
  const { code, out, err } = await run((await scriptsOf(id))['azure-cli'] ?? '', 'global')
  assert.equal(code, 0, err)
  assert.doesNotMatch(out, /Password/)
  await lab.onboardings.giveDetails(id, {
    tenant: field(out, 'Tenant ID'),
    applicationId: field(out, 'Application ID'),
  })
  assert.equal((await lab.onboardings.save(id, { organizationName: 'x' }, operatorId)).state, 'saved')
})

test('the script waits while Microsoft replicates what was made', async () => {
  await lab.database.db.deleteFrom('organizations').execute()
  // As long as its first wait covers: a busy machine needs a while for each step.
  lab.tenant().lagSeconds = 1.9
  const { id } = await start(lab, { method: 'manual' })
  const { code, out, err } = await run((await scriptsOf(id))['azure-cli'] ?? '', 'global')
  lab.tenant().lagSeconds = 0
  assert.equal(code, 0, err)
  assert.match(err, /Microsoft is not ready yet\. Next try in 2 seconds\./)
  await lab.onboardings.giveDetails(id, {
    tenant: field(out, 'Tenant ID'),
    applicationId: field(out, 'Application ID'),
    credential: { kind: 'password', applicationPassword: field(out, 'Application Password') },
  })
  assert.equal((await lab.onboardings.save(id, { organizationName: 'x' }, operatorId)).state, 'saved')
})

test('the script does nothing without a yes', async () => {
  const { id } = await start(lab, { method: 'manual' })
  const script = (await scriptsOf(id))['azure-cli'] ?? ''
  const before = lab.tenant().directory.applications.length
  const refused = await run(script, 'global', 'Global Administrator', 'n')
  assert.equal(refused.code, 1)
  assert.match(refused.err, /Nothing was done/)
  assert.equal(lab.tenant().directory.applications.length, before)
})

const registration = (cloudId: string, changes: Partial<Registration> = {}): Registration => {
  const cloud = lab.clouds.find(({ id }) => id === cloudId)
  assert.ok(cloud)
  return {
    cloud,
    permissions: permissionCatalogue,
    displayName: 'BDRCloud Backup (x)',
    uniqueName: 'bdrcloud-0123456789abcdef',
    notes: 'Notes',
    credential: { kind: 'password', displayName: 'one', endDateTime: new Date(Date.now() + 90 * 86_400_000) },
    ...changes,
  }
}

const hostile = `it's "b" $(touch ${tmpdir()}/bdrcloud-no) \`id\` \${HOME} \u2019; rm \\ !\n# x`

test('no name can leave its place in the script for bash', async () => {
  const { code, out, err } = await run(
    azureCliScript(registration('global', { displayName: hostile })),
    'global',
  )
  assert.equal(code, 0, err)
  const made = lab.tenant().directory.applications.find(({ appId }) => appId === field(out, 'Application ID'))
  assert.equal(made?.displayName, hostile)
  assert.ok(!existsSync(join(tmpdir(), 'bdrcloud-no')))
})

test('a permission that the tenant does not offer is left out with a warning', async () => {
  const permission = {
    ...permissionCatalogue[1],
    value: 'Mail.ReadWhatIsNot',
  } as (typeof permissionCatalogue)[0]
  const { code, out, err } = await run(
    azureCliScript(
      registration('global', {
        uniqueName: 'bdrcloud-fedcba9876543210',
        permissions: [...permissionCatalogue, permission],
      }),
    ),
    'global',
  )
  assert.equal(code, 0, err)
  assert.match(err, /left out: Mail\.ReadWhatIsNot/)
  assert.equal(grantedRoles(lab, field(out, 'Application ID')).length, permissionCatalogue.length)
})

test('every script of every cloud is valid bash', async () => {
  const { certificatePem } = await makeCertificate({ subject: hostile, days: 30 })
  const certificate = { kind: 'certificate', displayName: hostile, certificatePem } as const
  for (const cloud of cloudTable) {
    for (const changes of [{}, { displayName: hostile, notes: hostile }, { credential: certificate }]) {
      const script = azureCliScript({ ...registration('global', changes), cloud })
      const checked = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })
      assert.equal(checked.status, 0, checked.stderr)
      for (const { value, why } of permissionCatalogue) {
        assert.ok(script.includes(`'${value}'`))
        assert.ok(script.includes(`${value}: ${why}`), 'each permission is explained')
      }
      assert.ok(script.includes(`graph='${cloud.graphRoot}'`))
      assert.doesNotMatch(script, /PRIVATE KEY/)
    }
  }
})

test('every script for PowerShell has its strings closed and its brackets paired, and no name leaves its place', async () => {
  covers('manual', ['global', 'usgov', 'usdod', 'china'], 'powershell-script')
  const { certificatePem } = await makeCertificate({ subject: 'x', days: 30 })
  const certificate = { kind: 'certificate', displayName: hostile, certificatePem } as const
  for (const cloud of cloudTable) {
    for (const changes of [{}, { displayName: hostile, notes: hostile }, { credential: certificate }]) {
      const script = powerShellScript({ ...registration('global', changes), cloud })
      const { code, strings } = readPowerShell(script)
      assert.doesNotMatch(code, /touch|rm |HOME/, 'no part of a name is code')
      assert.ok(strings.includes(cloud.graphRoot))
      assert.ok(strings.includes(cloud.scripts.graphPowerShell))
      for (const { value } of permissionCatalogue) assert.ok(strings.includes(value))
      if ('notes' in changes)
        assert.ok(strings.some((text) => text.startsWith('{') && JSON.parse(text).displayName === hostile))
      assert.equal(/Mandatory/.test(code), cloud.scripts.graphPowerShellNeedsClient)
      assert.doesNotMatch(script, /PRIVATE KEY/)
    }
  }
})

test('the instructions name the portal of the cloud, the exact permissions and the kind of credential', () => {
  covers('manual', ['global', 'usgov', 'usdod', 'china'], 'instructions')
  for (const cloud of cloudTable) {
    const steps = registrationSteps({
      ...registration('global'),
      cloud,
      permissions: permissionCatalogue.filter(({ value }) => ['User.Read.All', 'Mail.Read'].includes(value)),
    })
    assert.equal(steps[0]?.address, cloud.portal.entra)
    assert.ok(steps.some(({ items }) => items.join() === 'User.Read.All,Mail.Read'))
    assert.ok(steps.some(({ text }) => /The Secret ID is not the password/.test(text)))
    assert.deepEqual(steps.at(-1)?.items, ['Directory (tenant) ID', 'Application (client) ID'])
  }
  const certificate = { kind: 'certificate', displayName: 'x', certificatePem: null } as const
  const steps = registrationSteps(registration('china', { credential: certificate }))
  assert.ok(steps.some(({ title }) => title === 'Upload the certificate'))
})

/**
 * Splits a script into code and the texts of its single-quoted strings, as PowerShell reads it (about_Quoting_Rules). Throws for a string that
 * is not closed and brackets that are not paired.
 */
function readPowerShell(script: string): { code: string; strings: string[] } {
  const straight = script.replaceAll(/[\u2018\u2019\u201a\u201b]/g, "'")
  const token = /#[^\n]*|'(?:[^']|'')*'|"(?:`[\s\S]|\$\([^()]*(?:\([^()]*\)[^()]*)*\)|[^"`])*"|[\s\S]/g
  const strings: string[] = []
  const open: string[] = []
  let code = ''
  for (const { 0: text, index } of straight.matchAll(token)) {
    const [first = ''] = text
    if (first === "'" && text.length > 1) {
      const written = script.slice(index + 1, index + text.length - 1)
      strings.push(written.replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '$1'))
    } else if (text === "'" || text === '"')
      throw new Error(`a string is not closed: ${script.slice(index, index + 80)}`)
    else if (first !== '#' && first !== '"') {
      code += text
      if ('([{'.includes(text)) open.push(text)
      else if (')]}'.includes(text)) assert.equal(`${open.pop()}${text}`.replace(/\(\)|\[\]|\{\}/, ''), '')
    }
  }
  assert.deepEqual(open, [])
  return { code, strings }
}
