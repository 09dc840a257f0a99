/**
 * Markup that gets past sanitizers, in a real browser: as the console shows it, and without its sandbox and policy, since what is
 * shown must be harmless by itself.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { parseMail, previewHeaders, previewMail } from '../../src/workloads/index.ts'
import { launchBrowser, noBrowser } from '../browser.ts'

const act = "top.document.title='acted'"
const away = 'http://evil.example/x'

const markup: readonly string[] = [
  `<script>${act}</script>`,
  `<scr<script>ipt>${act}</scr</script>ipt>`,
  `<img src=x onerror="${act}">`,
  `<img src="x" / onerror="${act}">`,
  `<img src=x onerror\n=\n"${act}">`,
  `<IMG """><SCRIPT>${act}</SCRIPT>">`,
  `<svg onload="${act}">`,
  `<svg><script>${act}</script></svg>`,
  `<svg><animate onbegin="${act}" attributeName=x dur=1s>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${act}' /></svg>#x">`,
  `<svg><image href="${away}"></image></svg>`,
  `<svg><style><img src=x onerror="${act}"></style></svg>`,
  `<svg></p><style><a id="</style><img src=x onerror=${act}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${act}&gt;">`,
  `<math><mi//xlink:href="data:x,<script>${act}</script>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="${act}">`,
  `<noscript><p title="</noscript><img src=x onerror=${act}>">`,
  `<noembed><img title="</noembed><img src=x onerror=${act}>">`,
  `<xmp><p title="</xmp><img src=x onerror=${act}>">`,
  `<title><p title="</title><img src=x onerror=${act}>">`,
  `<textarea><p title="</textarea><img src=x onerror=${act}>">`,
  `<template><img src=x onerror="${act}"></template>`,
  `<select><template><img src=x onerror="${act}">`,
  `<plaintext><img src=x onerror="${act}">`,
  `<!--><img src=x onerror="${act}">-->`,
  `<!--!><img src=x onerror="${act}">`,
  `<![CDATA[><img src=x onerror="${act}">]]>`,
  `<?xml ><img src=x onerror="${act}">?>`,
  `<a href="javascript:${act}" autofocus onfocus="${act}">x</a>`,
  `<a href="java\tscript:${act}">x</a>`,
  `<a href="&#106;avascript:${act}">x</a>`,
  `<iframe srcdoc="<script>${act}</script>"></iframe>`,
  `<iframe src="javascript:${act}"></iframe>`,
  `<object data="data:text/html,<script>${act}</script>"></object>`,
  `<embed src="data:text/html,<script>${act}</script>">`,
  `<meta http-equiv="refresh" content="0;url=${away}">`,
  `<base href="${away}"><img src="relative.png">`,
  `<link rel="stylesheet" href="${away}"><link rel="dns-prefetch" href="${away}"><link rel="preload" as="image" href="${away}">`,
  `<img src="${away}"><img srcset="${away} 2x"><img src="//evil.example/x"><img src="/\\evil.example/x">`,
  `<picture><source srcset="${away}"><img></picture>`,
  `<video src="${away}" poster="${away}"></video><audio src="${away}"></audio>`,
  `<input type="image" src="${away}"><button formaction="${away}">x</button>`,
  `<form action="${away}"><input name="x"></form>`,
  `<body background="${away}" onload="${act}"><table background="${away}"><td background="${away}">`,
  `<style>@import '${away}'; body { background: url(${away}) } @font-face { font-family: x; src: url(${away}) }</style><p style="font-family: x">x`,
  `<p style="background: url(${away})">x</p><p style="background-image: image-set('${away}' 1x)">x</p>`,
  `<p style="background: \\75rl(${away})">x</p><p style="content: url(${away})">x</p>`,
  `<p style="list-style: url('${away}')">x</p><p style="cursor: url(${away}), auto">x</p>`,
  `<p style="color: red; } body { background: url(${away}) } a {">x</p>`,
  `<p style="width: expression(${act}); behavior: url(${away}); -moz-binding: url(${away})">x</p>`,
  `<p style="color: red/*'*/; background: url(${away})/*'*/">x</p>`,
  `<div style="position: fixed; inset: 0; z-index: 9999">over everything</div>`,
  `<details open ontoggle="${act}">x</details><marquee onstart="${act}">x</marquee>`,
  `<p id="x" onanimationstart="${act}" style="animation: x 1s">x</p>`,
  `<dialog open onclose="${act}">x</dialog><div popover ontoggle="${act}">x</div>`,
  `<a ping="${away}" href="${away}" autofocus>x</a><area href="${away}"><map name="x"></map>`,
  `<frameset onload="${act}"><frame src="${away}"></frameset>`,
  `<applet code="x"></applet><isindex action="${away}"><keygen autofocus onfocus="${act}">`,
  `<p title="&quot;><img src=x onerror=${act}>">x</p>`,
  `<p lang='"><img src=x onerror=${act}>' dir="</p><script>${act}</script>">x</p>`,
  `<font color='"><script>${act}</script>' face="x" size="</font><img src=x onerror=${act}>">x</font>`,
  `\u0000<scr\u0000ipt>${act}</scr\u0000ipt>`,
  `+ADw-script+AD4-${act}+ADw-/script+AD4-`,
  `<x:script xmlns:x="http://www.w3.org/1999/xhtml">${act}</x:script>`,
  `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='${act}'/>">`,
  `<img src="data:text/html,<script>${act}</script>">`,
  `<img src="data:image/png;base64,x&quot; onerror=&quot;${act}">`,
]

test('no markup acts or sends a request, with the sandbox and without it', { skip: noBrowser }, async (t) => {
  const shown = await Promise.all(
    markup.map(async (html) =>
      previewMail(await parseMail(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`))),
    ),
  )
  const frames = (mode: string, attributes: string) =>
    `<!doctype html><link rel="icon" href="data:,"><title>Console</title>${markup
      .map((_, index) => `<iframe ${attributes} src="/${mode}/${index}"></iframe>`)
      .join('')}`
  const server = createServer((request, response) => {
    const [, mode = '', index = ''] = (request.url ?? '').split('/')
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (index === '') {
      response.end(frames(mode, mode === 'shown' ? 'sandbox=""' : ''))
      return
    }
    if (mode === 'shown')
      for (const [name, value] of Object.entries(previewHeaders)) response.setHeader(name, value)
    response.end(mode === 'raw' ? markup[Number(index)] : shown[Number(index)]?.page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const browser = await launchBrowser()
  t.after(() => browser.close())

  const look = async (mode: string): Promise<string[]> => {
    const page = await browser.newPage()
    const events: string[] = []
    page.on('request', (request) => {
      const url = request.url()
      const own = new RegExp(`^${address}/${mode}/\\d*$`).test(url) || url.startsWith('data:')
      if (!own) events.push(`request ${url}`)
    })
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined))
    page.on('popup', () => events.push('popup'))
    await page.goto(`${address}/${mode}/`, { waitUntil: 'load' })
    await page.waitForTimeout(500)
    if (page.url() !== `${address}/${mode}/`) events.push(`the page went to ${page.url()}`)
    else if ((await page.title()) !== 'Console') events.push('acted')
    await page.close()
    return events
  }
  assert.deepEqual(await look('shown'), [])
  assert.deepEqual(await look('bare'), [])
  // Untouched they do act, so that this test can fail.
  const acted = await look('raw')
  assert.ok(acted.includes('acted') && acted.length > 10, acted.join('\n'))
})
