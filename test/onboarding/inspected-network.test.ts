/** The whole product where the only way out is a proxy that wants a password and opens TLS with an authority of its own. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startProxy } from '../microsoft/way-out.ts'
import { addOrganization, backUp, type Product, startProduct } from '../product.ts'

const password = 'hunter2-proxy'
let proxy: Awaited<ReturnType<typeof startProxy>>
let product: Product
before(async () => {
  product = await startProduct({ users: 2, mails: 6 }, async (simulator, folder) => {
    proxy = await startProxy({ login: `ada:${password}`, inspect: { ca: simulator.caPem } })
    const file = join(folder, 'inspection.pem')
    writeFileSync(file, proxy.authority)
    return {
      // The tenant's own authority is unknown: past the proxy nothing would work.
      authorityUnknown: true,
      environment: {
        BDRCLOUD_PROXY: proxy.address.replace('//', `//ada:${password}@`),
        BDRCLOUD_CERTIFICATE_AUTHORITY: file,
        BDRCLOUD_LOG_LEVEL: 'debug',
      },
    }
  })
})
after(async () => {
  await product?.stop()
  await proxy?.stop()
})

test('an organization is added and backed up through it, and the password of the proxy is in no log', async () => {
  const organization = await addOrganization(product)
  assert.equal(organization.health[0]?.read, 'ok')
  assert.equal((await backUp(product, organization.id)).state, 'succeeded')
  const { login, graph } = product.simulator.ready.clouds.global
  for (const origin of [login, graph]) assert.ok(proxy.asked.includes(new URL(origin).host), origin)
  const log = readFileSync(join(product.folder, 'server.log'), 'utf8')
  assert.match(log, /reached through a proxy/)
  assert.ok(!log.includes(password))
  assert.ok(!log.includes(Buffer.from(`ada:${password}`).toString('base64')))
})
