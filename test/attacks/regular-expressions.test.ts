/** No regular expression of the product takes more than its share of time for texts made to keep it busy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPemCertificate } from '../../src/microsoft/supplied/supplied-certificate.ts'
import { sanitizeName } from '../../src/repository/sanitize-name.ts'
import { redactUrl } from '../../src/server/request-log.ts'
import { parseMail } from '../../src/workloads/mail/view/parsed-mail.ts'
import { previewMail } from '../../src/workloads/mail/view/preview.ts'
import { attacksOn, regularExpressions } from './regular-expressions.ts'

/** Processor time of this process in milliseconds, which others on the machine do not change. */
function cost(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
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

test('each regular expression of the sources answers in time that grows with its text', () => {
  const found = regularExpressions()
  assert.ok(found.length > 70, `${found.length} found`)
  const slow: string[] = []
  for (const { place, expression } of found) {
    for (const { start, piece, end } of attacksOn(expression)) {
      const textOf = (size: number) => start + piece.repeat(Math.ceil(size / piece.length)) + end
      const search = (size: number) => {
        const text = textOf(size)
        return () => {
          expression.lastIndex = 0
          text.replace(expression, '')
        }
      }
      const first = cost(search(length))
      if (first < noticeable / 16) continue
      const larger = cost(search(length * 4))
      if (larger < noticeable || larger < first * 8) continue
      slow.push(`${place} ${expression.source}: ${JSON.stringify([start, piece, end])} ${first} ${larger}`)
      break
    }
  }
  assert.deepEqual(
    slow.filter((one) => !excused.some(([place]) => one.startsWith(place))),
    [],
  )
})

test('an address of question marks and secret names is logged as quickly as any other', () => {
  for (const piece of ['?code', '&state&code', '?a=code', '%63ode?']) {
    const costOf = (size: number) => cost(() => redactUrl(`/${piece.repeat(size)}`))
    assert.ok(costOf(3000) < noticeable, piece)
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
    const first = await costOf(work, 32_768)
    const larger = await costOf(work, 131_072)
    if (larger > 200 && larger > first * 9) slow.push(`${name}: ${first} ${larger}`)
  }
  assert.deepEqual(slow, [])
})

async function costOf(work: (size: number) => unknown, size: number): Promise<number> {
  const before = process.cpuUsage()
  await work(size)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
