/** Addresses that come in answers of Microsoft, or of whoever took its place: the server asks none that is internal, and gives its token to none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMicrosoftNetwork, findCloud, loadClouds, productUserAgent } from '../../src/microsoft/index.ts'
import { logger } from '../microsoft/support.ts'

test('an address for content that leads to this machine or its neighbours is not asked', async (t) => {
  const clouds = loadClouds()
  const network = createMicrosoftNetwork({ clouds, logger, userAgent: productUserAgent('0.0.0') })
  t.after(() => network.close())
  const cloud = findCloud(clouds, 'global')
  const ask = (url: string, headers: Record<string, string> = {}, anonymous = true) =>
    network.exchange(cloud, { method: 'GET', url, headers, timeoutMs: 2000, anonymous })
  const refused = { code: 'MSG_FOREIGN_ADDRESS' }
  for (const host of [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:169.254.169.254]',
    '10.0.0.1',
    'localhost',
    'LOCALHOST.',
    'x.localhost',
    'graph.microsoft.com@127.0.0.1',
  ]) {
    await assert.rejects(ask(`https://${host}/latest/meta-data/`), refused, host)
  }
  await assert.rejects(ask('http://graph.microsoft.com/v1.0/me'), refused)
  await assert.rejects(ask('https://files.example/x', { authorization: 'Bearer secret' }), refused)
  // With the token only to the cloud's own hosts, whatever an address looks like.
  for (const url of [
    'https://graph.microsoft.com.evil.example/v1.0/me',
    'https://graph.microsoft.com@evil.example/v1.0/me',
    'https://evil.example/https://graph.microsoft.com/',
    'https://graph.microsoft.com:444/v1.0/me',
    'https://graph.microsoft.us/v1.0/me',
    'http://graph.microsoft.com/v1.0/me',
  ]) {
    await assert.rejects(ask(url, { authorization: 'Bearer secret' }, false), refused, url)
  }
})
