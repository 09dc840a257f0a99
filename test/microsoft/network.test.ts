import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock, test } from 'node:test'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { startSimulator } from '../../simulator/start.ts'
import {
  createMicrosoftNetwork,
  findCloud,
  loadClouds,
  permissionCatalogue,
  permissionsFor,
  productUserAgent,
} from '../../src/microsoft/index.ts'
import { logger, startSmallGraph } from './support.ts'

test('the four clouds are there, each with hosts of its own and a reason for what it does not offer', () => {
  const clouds = loadClouds()
  assert.deepEqual(
    clouds.map((cloud) => cloud.id),
    ['global', 'usgov', 'usdod', 'china'],
  )
  assert.equal(new Set(clouds.map((cloud) => cloud.graphRoot)).size, 4)
  for (const cloud of clouds) {
    for (const method of Object.values(cloud.methods)) {
      assert.ok(method.available || (method.reason ?? '').length > 20)
    }
    assert.equal(cloud.methods.credential.available, cloud.id === 'global')
  }
})

test('configuration changes a cloud, drops the aliases of the old login host, and adds clouds', () => {
  const clouds = loadClouds({
    global: { loginAuthority: 'https://localhost:9400', graphRoot: 'https://localhost:9401' },
    lab: { name: 'Lab', loginAuthority: 'https://login.lab', graphRoot: 'https://graph.lab' },
  })
  const global = findCloud(clouds, 'global')
  assert.equal(global.name, 'Global Azure')
  assert.deepEqual(global.loginAliases, [])
  assert.equal(findCloud(clouds, 'lab').graphRoot, 'https://graph.lab')
  assert.throws(() => findCloud(clouds, 'moon'), { code: 'MSG_CLOUD_UNKNOWN' })
})

for (const [wrong, overrides] of [
  ['an http login', { global: { loginAuthority: 'http://login.example' } }],
  ['a path after the host', { global: { graphRoot: 'https://graph.example/v1.0' } }],
  ['an unknown property', { global: { graphRot: 'https://graph.example' } }],
  ['a new cloud without hosts', { lab: { name: 'Lab' } }],
  ['no object', [1]],
] as const) {
  test(`a file of clouds with ${wrong} is refused`, () => {
    assert.throws(() => loadClouds(overrides), { code: 'MSG_CLOUD_CONFIGURATION_INVALID' })
  })
}

test('no more permissions are asked for than the choice needs', () => {
  const values = (restore: boolean) =>
    permissionsFor({ cloud: { id: 'global' }, workloads: ['mail'], restore }).map(({ value }) => value)
  assert.deepEqual(values(false), ['User.Read.All', 'Mail.Read'])
  assert.deepEqual(values(true), ['User.Read.All', 'Mail.Read', 'Mail.ReadWrite'])
  for (const { why } of permissionCatalogue) assert.match(why, /^[A-Z].{20,}\.$/)
})

test('packed answers are unpacked, within the limit of their unpacked size', async () => {
  const packed = gzipSync(JSON.stringify({ filler: 'x'.repeat(1_000_000) }))
  const server = await startSmallGraph((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
  })
  try {
    const client = server.client()
    const { body } = await client.request<{ filler: string }>({ path: '/x' })
    assert.equal(body.filler.length, 1_000_000)
    assert.equal(server.received[0]?.headers['accept-encoding'], 'gzip')
    await assert.rejects(client.request({ path: '/x', maxBytes: 500_000 }), { code: 'MSG_ANSWER_TOO_LARGE' })
  } finally {
    await server.close()
  }
})

test('a packed answer that breaks off is asked for again', async () => {
  const packed = gzipSync(JSON.stringify({ filler: 'xyz'.repeat(1_000) }))
  const server = await startSmallGraph((_request, response, number) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.end(number === 1 ? packed.subarray(0, packed.length / 2) : packed)
  })
  try {
    await server.client().request({ path: '/x' })
    assert.equal(server.received.length, 2)
  } finally {
    await server.close()
  }
})

test('a redirect is neither followed nor taken for an answer', async () => {
  const server = await startSmallGraph((_request, response) => {
    response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
  })
  try {
    await assert.rejects(server.client().request({ path: '/x', as: 'bytes' }), { code: 'MSG_BAD_REQUEST' })
    assert.equal(server.received.length, 1)
  } finally {
    await server.close()
  }
})

test('a server whose certificate nobody vouches for is not talked to, and the error says so', async () => {
  const simulator = await startSimulator({ users: 1, mails: 1 })
  const { login, graph, ca } = simulator.ready.clouds.global
  const ask = async (certificateAuthorityFile?: string) => {
    const clouds = loadClouds({
      global: {
        loginAuthority: login,
        graphRoot: graph,
        ...(certificateAuthorityFile === undefined ? {} : { certificateAuthorityFile }),
      },
    })
    const network = createMicrosoftNetwork({ clouds, logger, userAgent: productUserAgent('0.0.0') })
    try {
      const url = `${login}/${simulator.ready.tenantId}/v2.0/.well-known/openid-configuration`
      const cloud = findCloud(clouds, 'global')
      return (await network.exchange(cloud, { method: 'GET', url, headers: {}, timeoutMs: 30_000 })).status
    } finally {
      await network.close()
    }
  }
  try {
    assert.equal(await ask(ca), 200)
    await assert.rejects(ask(), (error: Error) => /not signed by a known authority/.test(error.message))
  } finally {
    await simulator.stop()
  }
})

test('connections share the certificates that they trust, which are read once', async () => {
  const simulator = await startSimulator({ users: 1, mails: 1 })
  const { login, graph, ca } = simulator.ready.clouds.global
  const clouds = loadClouds({
    global: { loginAuthority: login, graphRoot: graph, certificateAuthorityFile: ca },
  })
  const network = createMicrosoftNetwork({ clouds, logger, userAgent: productUserAgent('0.0.0') })
  const reading = mock.method(tls, 'createSecureContext')
  try {
    const url = `${login}/${simulator.ready.tenantId}/v2.0/.well-known/openid-configuration`
    const cloud = findCloud(clouds, 'global')
    const ask = () => network.exchange(cloud, { method: 'GET', url, headers: {}, timeoutMs: 30_000 })
    const answers = await Promise.all([ask(), ask(), ask()])
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    )
    assert.equal(reading.mock.callCount(), 0)
  } finally {
    reading.mock.restore()
    await network.close()
    await simulator.stop()
  }
})

test('a missing certificate authority is found when the server starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clouds-'))
  try {
    await writeFile(join(folder, 'here.pem'), '')
    const clouds = loadClouds({ global: { certificateAuthorityFile: join(folder, 'absent.pem') } })
    assert.throws(() => createMicrosoftNetwork({ clouds, logger, userAgent: 'x' }), {
      code: 'MSG_CERTIFICATE_AUTHORITY_UNUSABLE',
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})
