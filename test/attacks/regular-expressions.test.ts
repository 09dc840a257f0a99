/** No regular expression of the product takes more than its share of time for texts made to keep it busy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPemCertificate } from '../../src/microsoft/supplied/supplied-certificate.ts'
import { sanitizeName } from '../../src/repository/sanitize-name.ts'
import { redactUrl } from '../../src/server/request-log.ts'
import { parseMail } from '../../src/workloads/mail/view/parsed-mail.ts'
import { previewMail } from '../../src/workloads/mail/view/preview.ts'
import { attacksOn, regularExpressions } from './regular-expressions.ts'

type Work = (size: number) => unknown

/** Processor time of this process in milliseconds, which others on the machine change little. */
async function cost(work: Work, size: number): Promise<number> {
  const before = process.cpuUsage()
  await work(size)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/**
 * Whether four times the size costs more than `times` as much, and again for four times that. A first look is believed when it finds nothing;
 * what it finds has to be found in the cheapest of several runs, which neither a collection of garbage nor a busy neighbour disturbs all.
 */
async function growsBeyond(work: Work, size: number, times: number, least: number): Promise<string | null> {
  const first = await cost(work, size)
  if (first < least / 16) return null
  const larger = await cost(work, size * 4)
  if (larger < least || larger < first * times) return null
  const cheapest = async (of: number) =>
    Math.min(await cost(work, of), await cost(work, of), await cost(work, of))
  const costs = [await cheapest(size), await cheapest(size * 4)]
  const [small = 0, large = 0] = costs
  if (large < least || large < small * times) return null
  // The square of it would take sixteen times as long; what takes seconds already needs no further proof.
  if (large < 2000) costs.push(await cheapest(size * 16))
  return (costs[2] ?? Number.POSITIVE_INFINITY) < large * times ? null : costs.join(' ')
}

const length = 4000

/** A linear search for texts of this length takes less than a hundredth of this; a cubic one never ends. */
const noticeable = 20

/**
 * Where four times the text costs far more than four times the time, though not more than the square: each with the reason why its text
 * cannot be long, or why that is no harm.
 */
const excused: readonly (readonly [place: string, reason: string])[] = [
  ['src/repository/location.ts', 'the place of a vault is a setting of the server'],
  [
    'src/repository/maintain/policy.ts',
    'what it searches has been matched as a whole before; typed at the command line',
  ],
  ['src/repository/files/local-time.ts', 'nine digits at most, of our own'],
  ['src/database/embedded/postmaster-file.ts', 'the command line of our own PostgreSQL'],
  ['src/onboarding/clients/external-address.ts', 'the contract takes 300 characters'],
  ['src/catalog/browse/search-words.ts', 'the contract takes 200 characters'],
]

test('each regular expression of the sources answers in time that grows with its text', async () => {
  const found = regularExpressions()
  assert.ok(found.length > 70, `${found.length} found`)
  const slow: string[] = []
  for (const { place, expression } of found) {
    if (excused.some(([file]) => place.startsWith(file))) continue
    for (const { start, piece, end } of attacksOn(expression)) {
      const textOf = (size: number) => start + piece.repeat(Math.ceil(size / piece.length)) + end
      const search = (size: number) => {
        expression.lastIndex = 0
        textOf(size).replace(expression, '')
      }
      const costs = await growsBeyond(search, length, 8, noticeable)
      if (costs === null) continue
      slow.push(`${place} ${expression.source}: ${JSON.stringify([start, piece, end])} ${costs}`)
      break
    }
  }
  assert.deepEqual(slow, [])
  const busy = (size: number) => 'a'.repeat(size).replace(/a+a+b/, '')
  // The first searches compile the expression, which costs more than a short text does.
  for (let warming = 0; warming < 3; warming += 1) busy(80)
  assert.notEqual(await growsBeyond(busy, 80, 8, 0.5), null, 'the measure sees it where there is one')
})

test('an address of question marks and secret names is logged in time that grows with it', async () => {
  for (const piece of ['?code', '&state&code', '?a=code', '%63ode?']) {
    const work = (size: number) => redactUrl(`/${piece.repeat(size)}`)
    assert.equal(await growsBeyond(work, 3000, 8, noticeable), null, piece)
  }
})

test('what strangers send is read in time that grows with its size: names, certificates, mails', async () => {
  const mail = (header: string, body = '') => Buffer.from(`${header}\r\n\r\n${body}`)
  const show = async (bytes: Buffer) => previewMail(await parseMail(bytes))
  const html = (body: string) => show(mail('Content-Type: text/html', body))
  const works: Readonly<Record<string, (size: number) => unknown>> = {
    'a name of dots': (size) => sanitizeName(`${'.'.repeat(size)}x`),
    'beginnings of certificates': (size) => {
      const certificate = '-----BEGIN CERTIFICATE-----'.repeat(size / 27)
      assert.throws(() => readPemCertificate({ certificate, privateKey: 'x' }, 0))
    },
    'comments in a header': (size) => show(mail(`Content-Transfer-Encoding: ${'('.repeat(size)}`)),
    'spaces in a header': (size) => show(mail(`Content-Type: text/plain;${' '.repeat(size)}x`)),
    'quotes in a header': (size) =>
      show(mail(`Content-Type: multipart/mixed; boundary="${'\\"'.repeat(size / 2)}`)),
    'folded lines': (size) => show(mail(`Content-Type: text/plain${'\r\n a'.repeat(size / 4)}`)),
    'many parameters': (size) => show(mail(`Content-Type: multipart/mixed${'; charset='.repeat(size / 10)}`)),
    'encoded words': (size) => show(mail(`Subject: ${'=?utf-8?q?'.repeat(size / 10)}`)),
    'open groups in addresses': (size) => show(mail(`To: ${'a:<'.repeat(size / 3)}`)),
    'open quotes in addresses': (size) => show(mail(`To: ${'"\\'.repeat(size / 2)}`)),
    'open elements': (size) => html('<b>'.repeat(size / 3)),
    'open tags': (size) => html('<a href='.repeat(size / 8)),
    'open comments': (size) => html('<!--'.repeat(size / 4)),
    'open styles': (size) => html(`<p style="${'a:('.repeat(size / 3)}">`),
    'brackets of a color': (size) => html(`<p style="color: rgb(${' '.repeat(size)}">`),
    'a picture without end': (size) => html(`<img src="data:image/png;base64,${' '.repeat(size)}!">`),
    'many attributes': (size) => html(`<p ${'a=b '.repeat(size / 4)}>`),
    'many declarations': (size) => html(`<p style="${'color:red;'.repeat(size / 10)}">`),
    'paragraphs within blocks': (size) => html('<div><p>'.repeat(size / 8)),
    'tables within tables': (size) => html('<table>'.repeat(size / 7)),
    'drawings within drawings': (size) => html('<svg><'.repeat(size / 6)),
    'ends without a beginning': (size) => html('</b>'.repeat(size / 4)),
    entities: (size) => html('&amp'.repeat(size / 4)),
  }
  const slow: string[] = []
  for (const [name, work] of Object.entries(works)) {
    const costs = await growsBeyond(work, 32_768, 9, 200)
    if (costs !== null) slow.push(`${name}: ${costs}`)
  }
  assert.deepEqual(slow, [])
})
