import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { createAddressGuard, createEgress, type Egress } from '../../src/egress/index.ts'
import { isAppError } from '../../src/errors/index.ts'

const refused = (error: unknown) => isAppError(error, 'NET_ADDRESS_REFUSED')

async function serve(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function egressOf(t: TestContext, allowedNetworks: string[], options: object = {}): Egress {
  const egress = createEgress({ allowedNetworks, ...options })
  t.after(() => egress.close())
  return egress
}

test('connects to no address of this machine or of internal networks, however it is written', () => {
  const { check } = createAddressGuard([])
  const addresses = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.0.8',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fc00::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::',
    'fec0::1',
    '127.1',
    '0x7f000001',
    '2130706433',
    'localhost',
    '',
  ]
  for (const address of addresses) assert.throws(() => check(address), refused, address)
  for (const address of ['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])
    check(address)
})

test('refuses every address of the private networks, also inside of IPv6, and lets the allowed ones through', () => {
  const { check } = createAddressGuard([])
  const allowing = createAddressGuard(['10.0.0.0/8', '192.168.7.9'])
  const byte = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(byte, byte, byte, (b, c, d) => {
      const address = `10.${b}.${c}.${d}`
      assert.throws(() => check(address), refused)
      assert.throws(() => check(`::ffff:${address}`), refused)
      allowing.check(address)
      assert.throws(() => allowing.check(`192.168.${b}.${c === 9 ? 8 : c}`), refused)
    }),
  )
  for (const network of ['10.0.0.0/33', 'intern.example', '10.0.0.0/8/8', '10.0.0.0/-1', '']) {
    assert.throws(() => createAddressGuard([network]), { code: 'NET_NETWORK_INVALID' })
  }
})

test('looks at the address when connecting: a name that resolves inwards is refused, also as one of several or the second time', async (t) => {
  const port = await serve(t, (_request, response) => response.end('inside'))
  const answers: LookupAddress[][] = [
    [{ address: '127.0.0.1', family: 4 }],
    [
      { address: '93.184.215.14', family: 4 },
      { address: '::1', family: 6 },
    ],
  ]
  const guard = createAddressGuard([], ((
    _host: string,
    _options: object,
    callback: (error: null, found: LookupAddress[]) => void,
  ) => callback(null, answers.shift() ?? [{ address: '127.0.0.1', family: 4 }])) as never)
  const egress = egressOf(t, [], { guard })
  for (let time = 0; time < 3; time++) {
    await assert.rejects(egress.request(`http://rebinding.example:${port}/`), refused)
  }
  await assert.rejects(egress.connect({ host: 'rebinding.example', port, limitMs: 5000 }), refused)
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1']) {
    await assert.rejects(egress.request(`http://${host}:${port}/`), refused, host)
  }
  await assert.rejects(egress.connect({ host: '127.0.0.1', port, limitMs: 5000 }), refused)
})

test('follows no redirect, reads no more than was agreed, and waits no longer', async (t) => {
  let asked = 0
  const port = await serve(t, (request, response) => {
    asked += 1
    if (request.url === '/redirect') response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end()
    else if (request.url === '/long') response.end(Buffer.alloc(200_000))
    else if (request.url === '/ok') response.end('yes')
  })
  const egress = egressOf(t, ['127.0.0.1'])
  const at = (path: string) => `http://127.0.0.1:${port}${path}`
  assert.equal((await egress.request(at('/redirect'))).status, 302)
  assert.equal(asked, 1)
  assert.equal(await (await egress.fetch(at('/ok'))).text(), 'yes')
  await assert.rejects(egress.request(at('/long')), { code: 'NET_ANSWER_TOO_LONG' })
  await assert.rejects(egress.request(at('/never'), { limitMs: 200 }), { code: 'NET_TIME_LIMIT' })
  const giveUp = new AbortController()
  const waiting = egress.request(at('/never'), { signal: giveUp.signal })
  giveUp.abort(new Error('stopped'))
  await assert.rejects(waiting, /stopped/)
})

test('takes http and https addresses without user names only, and plain http towards allowed networks only', async (t) => {
  const port = await serve(t, (_request, response) => response.end('yes'))
  const egress = egressOf(t, [])
  for (const address of [
    'ftp://a.example/',
    'file:///etc/passwd',
    'nothing',
    'https://user:word@a.example/',
  ]) {
    await assert.rejects(egress.request(address), { code: 'NET_ADDRESS_INVALID' }, address)
  }
  const guard = { ...createAddressGuard(['127.0.0.1']), isAllowed: () => false }
  await assert.rejects(egressOf(t, [], { guard }).request(`http://127.0.0.1:${port}/`), {
    code: 'NET_NOT_ENCRYPTED',
  })
})

test('says in words why there is no connection', async (t) => {
  const egress = egressOf(t, ['127.0.0.1'])
  const closed = createTcpServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  await assert.rejects(egress.request(`http://127.0.0.1:${port}/`), {
    code: 'NET_UNREACHABLE',
    message: /nothing listens there/,
  })
  await assert.rejects(egress.connect({ host: '127.0.0.1', port, limitMs: 5000 }), {
    code: 'NET_UNREACHABLE',
  })
})
