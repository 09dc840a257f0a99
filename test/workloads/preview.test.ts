import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openMail, parseMail, previewMail, previewOpened } from '../../src/workloads/index.ts'
import { corpusMails, hostileMails, noCorpus } from '../corpus.ts'
import { sharpLimits, storedInChunks } from './opened-mail.ts'

/** Anything in markup that could fetch, run or navigate. */
const active =
  /<(?:script|iframe|object|embed|form|input|meta http|link|base|svg|video|audio)\b|\son\w+\s*=|javascript:|(?:src|href|background|action|poster)\s*=\s*["']?(?!data:image)[^"'\s>]|url\s*\(|@import|expression\s*\(/i

/** The tags of the page's body. Titles are taken out: they only say where a link would have led. */
const tagsOf = (page: string) =>
  (page.slice(page.indexOf('<body>')).match(/<[^>]*>/g) ?? []).join('\n').replaceAll(/ title="[^"]*"/g, '')

async function previewOf(html: string) {
  const mime = `MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`
  return previewMail(await parseMail(Buffer.from(mime)))
}

test('nothing active is left of hostile mails', async () => {
  for (const mail of hostileMails()) {
    const { page } = previewMail(await parseMail(mail.bytes))
    assert.doesNotMatch(tagsOf(page), active, mail.name)
  }
})

test('nothing active is left of any nesting of hostile pieces', async () => {
  const piece = fc.constantFrom(
    '<script>alert(1)</script>', '<img src=http://h/x onerror=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<div style="background:url(http://h/x)">',
    '<svg><script>alert(1)</script></svg>', '<style>@import "http://h/x";</style>', '<iframe src=http://h>', '<form action=http://h><input>', '<base href=http://h>',
    '<meta http-equiv=refresh content="0;url=http://h">', '<table background=http://h/x>', '<', '>', '"', "'", '<!--', '-->', '</', '<math><mtext>', '<img src="data:text/html,x">',
    '<p style="width:expression(alert(1))">', '<link rel=stylesheet href=http://h>', '<img srcset="http://h/x 2x">', '<video poster=http://h/x>', '<xmp>', '<noscript>', '<template>', 'text',
  ) // biome-ignore format: a list
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const { page } = await previewOf(pieces.join(''))
      assert.doesNotMatch(tagsOf(page), active)
    }),
    { numRuns: 300 },
  )
})

test('says what it left out', async () => {
  const { removed } = await previewOf(
    '<meta charset="utf-8"><img src="http://h/1"><img src="http://h/2"><script>1</script><a href="http://h">x</a>',
  )
  assert.deepEqual([...removed].sort(), ['1 link', '1 script', '2 remote images'])
})

test('shows the inline images that the mail itself brings', async () => {
  const mime = [
    'MIME-Version: 1.0', 'Content-Type: multipart/related; boundary=b', '', '--b', 'Content-Type: text/html', '', '<img src="cid:one@x">',
    '--b', 'Content-Type: image/png', 'Content-ID: <one@x>', 'Content-Transfer-Encoding: base64', '', 'iVBORw0KGgo=', '--b--', '',
  ].join('\r\n') // biome-ignore format: a mail
  const { page, removed } = previewMail(await parseMail(Buffer.from(mime)))
  assert.match(page, /<img src="data:image\/png;base64,iVBORw0KGgo="/)
  assert.deepEqual(removed, [])
})

test('escapes a text mail', async () => {
  const { page } = previewMail(
    await parseMail(Buffer.from('Content-Type: text/plain\r\n\r\n<b>not bold</b> & more')),
  )
  assert.match(page, /<pre>&lt;b&gt;not bold&lt;\/b&gt; &amp; more/)
})

test('cuts a body of many megabytes and says so', async () => {
  const { page, removed } = await previewOf(`<p>${'long '.repeat(2_000_000)}</p>`)
  assert.ok(page.length < 3_000_000)
  assert.deepEqual(removed, ['1 end of a very long body'])
})

test('any bytes end in a preview', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      assert.match(previewMail(await parseMail(bytes)).page, /^<!doctype html>/)
    }),
    { numRuns: 200 },
  )
})

test('a mail whose parts stay in the repository looks as one that is taken apart whole', async () => {
  for (const { name, bytes } of [...corpusMails(), ...hostileMails()]) {
    const opened = await openMail(storedInChunks(bytes, 5_000), sharpLimits)
    const whole = await parseMail(bytes)
    assert.equal(opened.unreadable, whole.unreadable, name)
    assert.deepEqual(await previewOpened(opened), previewMail(whole), name)
  }
})

test('of pictures in the repository only those are read that the page takes', async () => {
  const read: number[] = []
  const picture = (contentId: string | null, contentType: string, size: number) => ({
    contentId,
    contentType,
    content: {
      size,
      async *open() {
        read.push(size)
        yield Buffer.alloc(size, 1)
      },
    },
  })
  const { page, removed } = await previewOpened({
    html: '<img src="cid:one"><img src="cid:large">',
    text: null,
    longText: null,
    unreadable: false,
    attachments: [
      picture('large', 'image/png', 9_000_000),
      picture('one', 'image/png', 300_000),
      picture('drawing', 'image/svg+xml', 11),
      picture(null, 'image/png', 12),
    ],
  })
  assert.deepEqual(read, [300_000])
  assert.deepEqual(removed, ['1 missing inline image'])
  assert.ok(page.includes(`<img src="data:image/png;base64,${Buffer.alloc(300_000, 1).toString('base64')}"`))
})

test('of a text that stays in the repository the beginning is shown, as safe as any', async () => {
  const long = `<script>alert(1)</script><p>${'Zoë 😀 '.repeat(1_000_000)}</p>`
  for (const [type, reason] of [
    ['html', '1 end of a very long body'],
    ['plain', 'the end of a very long text'],
  ]) {
    const mail = Buffer.from(`Content-Type: text/${type}; charset=utf-8\r\n\r\n${long}`)
    const opened = await openMail(storedInChunks(mail, 1_000_000), { ...sharpLimits, text: 1_000_000 })
    assert.ok(opened.longText)
    const shown = await previewOpened(opened)
    const whole = previewMail(await parseMail(mail))
    assert.ok(shown.removed.includes(reason ?? ''), shown.removed.join())
    assert.deepEqual(shown, whole)
    assert.doesNotMatch(tagsOf(shown.page), active)
  }
})

test('every mail of the corpus can be taken apart', { skip: noCorpus }, async () => {
  for (const mail of corpusMails()) {
    const parsed = await parseMail(mail.bytes)
    assert.equal(parsed.unreadable, false, mail.name)
  }
})
