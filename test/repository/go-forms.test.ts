/** Names, texts and numbers as Go writes them: against what stock restic makes of every character, and for what restic 0.14 cannot make. */
import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { idOf } from '../../src/repository/format/blob-id.ts'
import { uniformEscapes } from '../../src/repository/format/canonical.ts'
import { isQuotedByGo, quoteName, unquoteName } from '../../src/repository/format/go-quote.ts'
import { decodeTree } from '../../src/repository/format/tree-decoder.ts'
import { encodeTree } from '../../src/repository/format/tree-encoder.ts'
import { lookup } from '../../src/repository/index.ts'
import { localRepository, scratchFolder } from './support.ts'

/** Everything Unicode has assigned so far, private use and the last planes by samples. */
function* characters(): Iterable<string> {
  for (let code = 1; code < 0x32000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue
    if (code !== 0x2f) yield String.fromCodePoint(code)
  }
  for (let code = 0xe0000; code < 0xe0200; code++) yield String.fromCodePoint(code)
  for (const code of [0x3ffff, 0xeffff, 0xf0000, 0xfffff, 0x100000, 0x10fffd, 0x10ffff]) {
    yield String.fromCodePoint(code)
  }
}

function joined(most: number): string[] {
  const texts: string[] = []
  let text = ''
  for (const character of characters()) {
    if (Buffer.byteLength(text + character) > most) {
      texts.push(text)
      text = ''
    }
    text += character
  }
  return [...texts, text]
}

test('every character in names and targets of links is read as it is and written as stock restic writes it', async (context) => {
  const { repository, restic } = await localRepository(context)
  const source = await scratchFolder(context)
  const names = joined(255)
  const targets = joined(4000)
  mkdirSync(join(source, 'names'))
  mkdirSync(join(source, 'targets'))
  for (const name of names) writeFileSync(join(source, 'names', name), '')
  for (const [number, target] of targets.entries()) symlinkSync(target, join(source, 'targets', `${number}`))
  await restic('backup', source)
  await repository.refreshIndex()
  const { tree } = await repository.findSnapshot('latest')
  const path = source.split('/').slice(1)
  const treeOf = async (folder: string) => (await lookup(repository, tree, [...path, folder]))?.subtree ?? ''
  const nodes = await repository.loadTree(await treeOf('names'))
  assert.deepEqual(nodes.map(({ name }) => name).toSorted(), names.toSorted())
  assert.equal(idOf(encodeTree(nodes)), await treeOf('names'))
  // The tables of its Go are older than ours: it escapes what was not yet printable, and never the other way round.
  let differing = 0
  for (const { name, quotedName } of nodes) {
    if (quotedName === undefined) continue
    differing++
    const ours = quoteName(name)
    assert.ok(isQuotedByGo(quotedName))
    assert.ok(ours.length < quotedName.length, `${ours} is not longer than ${quotedName}`)
    assert.equal(unquoteName(quotedName)?.toString(), name)
  }
  assert.ok(differing < names.length / 3, `${differing} of ${names.length} names are quoted in another way`)
  const links = await repository.loadTree(await treeOf('targets'))
  for (const { name, linktarget } of links) assert.equal(linktarget, targets[Number(name)])
  const stored = await repository.loadBlob(await treeOf('targets'), 'tree')
  assert.equal(uniformEscapes(encodeTree(links).toString()), uniformEscapes(stored.toString()))
})

const times =
  '"mtime":"2020-01-02T03:04:05.123456789+02:00","atime":"0000-01-01T00:00:00Z","ctime":"9999-12-31T23:59:59Z"'
/** Trees as restic up to 0.19 writes them, made by hand from Go's rules. */
const trees: Readonly<Record<string, string>> = {
  'integers of 64 bits': `{"name":"a","type":"file","mode":420,${times},"uid":4294967295,"gid":0,"inode":18446744073709551615,"device_id":9007199254740993,"size":9007199254740991,"links":1,"content":[]}`,
  'a device': `{"name":"d","type":"dev","mode":67109284,${times},"uid":0,"gid":0,"links":1,"device":18446744073709551614,"content":null}`,
  'a target that is no UTF-8': `{"name":"l","type":"symlink","mode":134218239,${times},"uid":0,"gid":0,"linktarget":"/\\ufffd\\ufffd/x\\u003c","linktarget_raw":"L//+L3g8","content":null}`,
  'attributes of Windows': `{"name":"w","type":"file","mode":420,${times},"uid":0,"gid":0,"generic_attributes":{"windows.creation_time":"dGltZQ==","windows.file_attributes":{"big":18446744073709551615,"list":[1,true,null,"\\u0026"]}},"content":[]}`,
  'extended attributes': `{"name":"x","type":"file","mode":420,${times},"uid":0,"gid":0,"extended_attributes":[{"name":"user.a\\u003e","value":"AAEC"},{"name":"user.nothing","value":null}],"content":[]}`,
  'fields of a later release': `{"first":{"nested":[1,"two",{}]},"name":"n","type":"file","mode":420,"between":18446744073709551615,"and":null,${times},"uid":0,"gid":0,"content":[],"last":"\\u2028"}`,
  'escapes of other releases of Go': `{"name":"\\\\U0001fae8 \\\\u1c89","type":"file","mode":420,${times},"uid":0,"gid":0,"content":[]}`,
  'names that are no UTF-8': `{"name":"\\\\xff\\\\xed\\\\xa0\\\\x80\\\\u200b\\\\a","type":"file","mode":420,${times},"uid":0,"gid":0,"content":[]}`,
  'an error': `{"name":"e","type":"file","mode":420,${times},"uid":0,"gid":0,"content":[],"error":"open: \\u003cdenied\\u003e"}`,
}
for (const [what, node] of Object.entries(trees)) {
  test(`a tree with ${what} is encoded to the same bytes`, () => {
    const bytes = Buffer.from(`{"nodes":[${node}]}\n`)
    assert.equal(encodeTree(decodeTree(bytes, 'it')).toString(), bytes.toString())
  })
}
