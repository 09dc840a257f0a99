/** Texts of users and of the network that are read by code of this room. */
import assert from 'node:assert/strict'
import { isAppError } from '../../src/errors/index.ts'
import { readListing } from '../../src/repository/backends/rest-listing.ts'
import { decodeSnapshot } from '../../src/repository/format/snapshot-file.ts'
import {
  backendOf,
  hasPassword,
  locationBeneath,
  locationVariables,
  pathPatterns,
  publicLocation,
  sanitizeName,
} from '../../src/repository/index.ts'
import { choosePacks } from '../../src/repository/maintain/data-subset.ts'
import { applyPolicy } from '../../src/repository/maintain/policy.ts'
import { requestedRange } from '../../src/repository/serve/byte-range.ts'
import { readTarget } from '../../src/repository/serve/rest-target.ts'
import { openedAsWhole } from '../workloads/opened-mail.ts'
import type { Decoder } from './decoder.ts'

const buffers = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text))

function allow(error: unknown, ...codes: readonly string[]): void {
  if (!isAppError(error, ...codes)) throw error
}

const location: Decoder = {
  name: 'location',
  examples: buffers(
    '/srv/backups',
    'local:relative',
    'rest:https://user:secret@host:8000/path/',
    'rest:http://host/',
    's3:host/bucket/prefix',
    's3:https://host:9000/bucket',
    'azure:container:/prefix',
    'sftp:user@host:/',
  ),
  async read(bytes) {
    const text = bytes.toString('utf8')
    const environment = {
      AZURE_ACCOUNT_NAME: 'account',
      AZURE_ACCOUNT_KEY: 'a2V5',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
    }
    const shown = publicLocation(text)
    assert.equal(publicLocation(shown), shown)
    const address = text.startsWith('rest:') ? text.slice(5) : ''
    if (URL.canParse(address))
      assert.equal(hasPassword(text), !['', '***'].includes(new URL(address).password))
    locationBeneath(text, 'name')
    locationVariables(text)
    try {
      await (await backendOf(text, { environment })).close()
    } catch (error) {
      allow(error, 'STO_LOCATION_INVALID', 'STO_STORAGE_UNSUITABLE')
    }
  },
}

const moments = ['2024-03-31T12:00:00+14:00', '2024-03-01T00:00:00Z', '0000-01-01T00:00:00Z']
const snapshots = moments.map((time, number) =>
  decodeSnapshot(Buffer.from(JSON.stringify({ time, tree: `${number}`.repeat(64) })), `${number}`),
)
const duration: Decoder = {
  name: 'duration',
  examples: buffers('1y2m3d4h', '999999y', '0d', '14d', ''),
  read(bytes) {
    const text = bytes.toString('utf8')
    try {
      const { keep, remove } = applyPolicy(
        snapshots,
        { within: text, withinDaily: text, last: 1 },
        Date.now(),
      )
      assert.equal(keep.length + remove.length, snapshots.length)
      assert.ok(keep.length > 0)
    } catch (error) {
      allow(error, 'STO_POLICY_INVALID')
    }
  },
}

const packs = Array.from({ length: 40 }, (_, number) => ({
  id: number.toString(16).padStart(2, '0').repeat(32),
  size: 1000 * number,
}))
const subset: Decoder = {
  name: 'data-subset',
  examples: buffers('1/10', '256/256', '2.5%', '100%', '10M', '1', '999999999999999T'),
  read(bytes) {
    try {
      const chosen = choosePacks(packs, bytes.toString('utf8'), (length) => Buffer.alloc(length, 7))
      assert.ok(chosen.every((pack) => packs.includes(pack)))
    } catch (error) {
      allow(error, 'STO_SUBSET_INVALID')
    }
  },
}

const range: Decoder = {
  name: 'byte-range',
  examples: buffers('bytes=0-99', 'bytes=-5', 'bytes=10-', 'bytes=0-0,5-9', 'bytes=999999999999999-'),
  read(bytes) {
    const found = requestedRange(bytes.toString('latin1'), 100)
    if (found === undefined || found === 'unsatisfiable') return
    assert.ok(found.offset >= 0 && found.length > 0 && found.offset + found.length <= 100)
  },
}

const target: Decoder = {
  name: 'rest-path',
  examples: buffers('/', '/config', '/data/', `/locks/${'a'.repeat(64)}`, '/data/../config'),
  read(bytes) {
    const found = readTarget(bytes.toString('latin1'))
    if (found?.kind === 'file') assert.match(found.name, /^(?:config|[0-9a-f]{64})$/)
  },
}

const pattern: Decoder = {
  name: 'path-pattern',
  examples: buffers(
    '*.tmp',
    '/home/**/x',
    '!a[b-d]?',
    '\\*',
    '**/**/**/**/**/**/**/**/y',
    '[^a]',
    '********b',
  ),
  read(bytes) {
    try {
      const patterns = pathPatterns([bytes.toString('utf8')])
      patterns.matches(`/home/${'a/'.repeat(30)}${'a'.repeat(40)}`)
      patterns.mayMatchBelow('/home/a')
    } catch (error) {
      allow(error, 'STO_PATTERN_INVALID')
    }
  },
}

const mail: Decoder = {
  name: 'opened-mail',
  examples: buffers(
    'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\nContent-Type: image/png\r\n' +
      `Content-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(20)}\r\n${'QUI='.repeat(3)}\r\n--x--\r\n`,
    'Content-Type: multipart/digest; boundary="x"\n\n--x\n\nSubject: one\n\n' +
      `${'line\n'.repeat(12)}--x\nContent-Type: multipart/related; boundary=y\n\n--y\nContent-Type: image/png\n` +
      `Content-Transfer-Encoding: quoted-printable\n\n${'=41 \t=\nb'.repeat(10)}\n--y--\n--x--`,
  ),
  async read(bytes) {
    for (const chunk of [3, 50]) await openedAsWhole('', bytes, chunk)
  },
}

const listing: Decoder = {
  name: 'rest-listing',
  examples: buffers('[{"name":"a","size":1},{"name":"b","size":2}]', '["a","b"]', 'null', '[]'),
  async read(bytes) {
    const half = Math.floor(bytes.length / 2)
    const body = async function* () {
      yield bytes.subarray(0, half)
      yield bytes.subarray(half)
    }
    try {
      for await (const { name } of readListing(body())) assert.equal(typeof name, 'string')
    } catch (error) {
      // Plain errors: the backend makes `STO_STORAGE_FAILED` of them.
      assert.ok(error instanceof Error && !(error instanceof assert.AssertionError))
      assert.ok(!(error instanceof RangeError) && !(error instanceof TypeError), `${error.stack}`)
    }
  },
}

const diskName: Decoder = {
  name: 'sanitize-name',
  examples: buffers('Re: Budget?.eml', 'CON.txt', '..', 'name. . ', `${'ü'.repeat(200)}.eml`),
  read(bytes) {
    const clean = sanitizeName(bytes.toString('utf8'), 'a1b2c3')
    assert.ok(Buffer.byteLength(clean) <= 255)
    assert.doesNotMatch(clean, /[\p{Cc}<>:"/\\|?*]|[. ]$/u)
  },
}

export const textDecoders: readonly Decoder[] = [
  mail,
  location,
  duration,
  subset,
  range,
  target,
  pattern,
  listing,
  diskName,
]
