/**
 * Addresses of content come from Microsoft's answers and are names. One that leads inwards, from the beginning or only when the connection
 * is made, gets no connection: not for the request, not to go on with a download that broke, not to look at a certificate.
 */
import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createAddressGuard } from '../../src/egress/index.ts'
import { createMicrosoftNetwork } from '../../src/microsoft/index.ts'
import { initRepository, memoryBackend, openRepository } from '../../src/repository/index.ts'
import { type DriveFile, fetchFile } from '../../src/workloads/index.ts'
import { freePort } from '../free-port.ts'
import { json, logger, startSmallGraph } from '../microsoft/support.ts'
import { makeCertificates } from '../microsoft/way-out.ts'
import { temporaryFolder } from '../platform/server-process.ts'

const outside = '127.0.0.2'
const inside = '127.0.0.1'
const host = 'content.example'
const refused = { code: 'NET_ADDRESS_REFUSED' }

/** Content at a name that resolves to what the test says; of this machine only `outside` counts as a place to go to. */
async function startContent(t: TestContext) {
  const { key, chain, authority } = await makeCertificates({ host })
  const content = Buffer.alloc(100_000, 'content of a file ')
  let cut = false
  const server = createServer({ key, cert: chain }, (request, response) => {
    const [, start = '0'] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? []
    const rest = content.subarray(Number(start))
    response.writeHead(start === '0' ? 200 : 206, { 'content-length': rest.length })
    if (cut) response.write(rest.subarray(0, 40_000), () => setTimeout(() => request.socket.destroy(), 50))
    else response.end(rest)
  })
  // One that is free at both addresses.
  const port = await freePort()
  server.listen(port, outside)
  await once(server, 'listening')
  let knocks = 0
  const neighbour = createTcpServer((socket) => {
    knocks += 1
    socket.destroy()
  })
  neighbour.listen(port, inside)
  await once(neighbour, 'listening')

  let names: string[] = []
  let lookUps = 0
  type Callback = (error: null, found: LookupAddress[]) => void
  const resolve = (_host: string, _options: object, callback: Callback) => {
    lookUps += 1
    const [address = ''] = names
    if (names.length > 1) names = names.slice(1)
    callback(null, [{ address, family: 4 }])
  }
  const file = join(temporaryFolder(t), 'authority.pem')
  writeFileSync(file, authority)
  const address = `https://${host}:${port}/a`
  const graph = await startSmallGraph((_request, response) =>
    json(response, 200, { ...graphItem, '@microsoft.graph.downloadUrl': address }),
  )
  const network = createMicrosoftNetwork({
    clouds: [graph.cloud],
    logger,
    userAgent: 'test',
    certificateAuthorityFile: file,
    contentLookup: createAddressGuard([outside], resolve as never).lookup,
  })
  t.after(async () => {
    await network.close()
    await graph.close()
    server.closeAllConnections()
    server.close()
    neighbour.close()
  })
  return {
    address,
    network,
    graph,
    content,
    knocks: () => knocks,
    lookUps: () => lookUps,
    /** One after the other; the last one stays. */
    resolvesTo: (...addresses: string[]) => {
      names = addresses
    },
    breaksOff: (how: boolean) => {
      cut = how
    },
  }
}

const graphItem = { id: 'i', name: 'a.txt', size: 100_000, cTag: 'c', file: {}, parentReference: { id: 'p' } }

test('a name in an answer that resolves inwards is not connected to, whenever it does', async (t) => {
  const { address, network, graph, knocks, resolvesTo } = await startContent(t)
  const ask = (url = address) =>
    network.exchange(graph.cloud, { method: 'GET', url, headers: {}, timeoutMs: 5000, anonymous: true })
  resolvesTo(outside)
  assert.equal((await (await ask()).read(200_000)).length, 100_000)
  resolvesTo(inside)
  // Another host, since a connection that was judged already may be used again.
  await assert.rejects(ask(address.replace('content', 'other')), refused)
  for (const foreign of ['169.254.169.254', '10.0.0.1', '::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1']) {
    resolvesTo(foreign)
    await assert.rejects(ask(address.replace('content', 'other')), refused, foreign)
  }
  assert.equal(knocks(), 0)
})

test('a certificate that does not fit is looked at nowhere else', async (t) => {
  const { address, network, graph, knocks, lookUps, resolvesTo } = await startContent(t)
  // Another name than that of the certificate: the second look resolves it once more.
  resolvesTo(outside, inside)
  const url = address.replace('content', 'other')
  await assert.rejects(
    network.exchange(graph.cloud, { method: 'GET', url, headers: {}, timeoutMs: 5000, anonymous: true }),
    { code: 'MSG_CERTIFICATE_NAME' },
  )
  assert.equal(lookUps(), 2)
  assert.equal(knocks(), 0)
})

test('a download that broke does not go on at an address inside', async (t) => {
  const { address, network, graph, content, knocks, resolvesTo, breaksOff } = await startContent(t)
  const backend = memoryBackend()
  await initRepository(backend, { password: 'p', scrypt: { N: 16, r: 1, p: 1 } })
  const repository = await openRepository(backend, { password: 'p', host: 'test' })
  t.after(() => repository.close())
  const file: DriveFile = {
    kind: 'file',
    externalId: graphItem.id,
    parentExternalId: graphItem.parentReference.id,
    name: graphItem.name,
    createdAt: null,
    modifiedAt: null,
    shared: false,
    size: content.length,
    contentTag: graphItem.cTag,
    quickXorHash: null,
    mimeType: null,
    tag: null,
    createdBy: null,
    modifiedBy: null,
    malware: false,
    downloadUrl: address,
  }
  const client = graph.client({ network })
  const fetched = () => fetchFile(client, repository.writer(), 'd', file, AbortSignal.timeout(30_000))
  resolvesTo(outside)
  assert.equal((await fetched()).hash, 'absent')
  breaksOff(true)
  resolvesTo(outside, inside)
  await assert.rejects(fetched(), refused)
  assert.equal(knocks(), 0)
})
