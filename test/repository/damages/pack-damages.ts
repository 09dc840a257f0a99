/** Damaged packs, and index files that disagree with them. */
import { randomBytes } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import { internalsOf } from '../../../src/repository/create-repository.ts'
import { idOf } from '../../../src/repository/format/blob-id.ts'
import { compress } from '../../../src/repository/format/compression.ts'
import { encodeIndex } from '../../../src/repository/format/index-file.ts'
import { encodeTree } from '../../../src/repository/format/tree-encoder.ts'
import { flipBit, plantJson, plantPack, plantTree } from '../planting.ts'
import { blobsOf, type Damage, extra, file, rebuild, reindex, used, zeros } from './lab.ts'

export const packDamages: readonly Damage[] = [
  {
    what: 'a pack in no index',
    severity: 'warning',
    code: 'STO_PACK_NOT_INDEXED',
    restic: 'lets it pass',
    plant: ({ repository }) => plantPack(repository, [{ type: 'data', plain: extra }], { indexes: () => [] }),
  },
  {
    what: 'a pack that no snapshot needs',
    severity: 'warning',
    code: 'STO_PACK_UNREACHABLE',
    restic: 'lets it pass',
    plant: ({ repository }) => plantPack(repository, [{ type: 'data', plain: extra }]),
  },
  {
    what: 'a pack in two index files',
    severity: 'warning',
    code: 'STO_PACK_INDEXED_TWICE',
    restic: 'lets it pass',
    async plant(lab) {
      const pack = { id: lab.dataPack, blobs: blobsOf(lab, lab.dataPack) }
      await plantJson(lab.repository, 'index', encodeIndex([pack]).toString())
    },
  },
  {
    what: 'the blobs of one pack in two index files',
    severity: 'warning',
    code: 'STO_PACK_SPLIT',
    restic: 'lets it pass',
    async plant(lab) {
      const plains = [extra, Buffer.from('another blob beside it')]
      const pack = await plantPack(
        lab.repository,
        plains.map((plain) => ({ type: 'data', plain })),
        { indexes: ({ id, blobs }) => blobs.map((blob) => [{ id, blobs: [blob] }]) },
      )
      await used(
        lab,
        pack.blobs.map(({ id }) => id),
      )
    },
  },
  {
    what: 'trees and data in one pack',
    severity: 'warning',
    code: 'STO_PACK_MIXED',
    restic: 'lets it pass',
    async plant(lab) {
      const plain = encodeTree([file('a', { content: [idOf(extra)], size: extra.length })])
      await plantPack(lab.repository, [
        { type: 'data', plain: extra },
        { type: 'tree', plain },
      ])
      await lab.repository.writer().saveSnapshot({ tree: idOf(plain) })
    },
  },
  {
    what: 'a tree that is not compressed',
    severity: 'warning',
    code: 'STO_TREE_UNCOMPRESSED',
    restic: 'lets it pass',
    async plant(lab) {
      const plain = encodeTree([file('a')])
      await plantPack(lab.repository, [{ type: 'tree', plain, compressed: false }])
      await lab.repository.writer().saveSnapshot({ tree: idOf(plain) })
    },
  },
  {
    what: 'a blob in two packs',
    severity: 'warning',
    code: 'STO_BLOB_STORED_TWICE',
    restic: 'lets it pass',
    async plant(lab) {
      const [id = ''] = lab.content
      await plantPack(lab.repository, [
        { type: 'data', plain: await lab.repository.loadBlob(id) },
        { type: 'data', plain: extra },
      ])
      await used(lab, [idOf(extra)])
    },
  },
  {
    what: 'a pack that is missing',
    severity: 'error',
    code: 'STO_FILE_MISSING',
    restic: 'finds it',
    plant: ({ repository, dataPack }) => internalsOf(repository).backend.remove('data', dataPack),
  },
  {
    what: 'a pack that was cut off',
    severity: 'error',
    code: 'STO_PACK_INVALID',
    also: ['STO_PACK_HASH_MISMATCH', 'STO_HEADER_INDEX_MISMATCH'],
    restic: 'finds it',
    plant: (lab) => rebuild(lab, 'data', lab.dataPack, (bytes) => bytes.subarray(0, -1)),
  },
  {
    what: 'one changed bit in the blob of a pack',
    severity: 'error',
    code: 'STO_SEAL_BROKEN',
    also: ['STO_PACK_HASH_MISMATCH'],
    restic: 'finds it',
    plant: ({ repository, dataPack }) => flipBit(repository, 'data', dataPack, 40),
  },
  {
    what: 'one changed bit in the header of a pack',
    severity: 'error',
    code: 'STO_HEADER_INDEX_MISMATCH',
    also: ['STO_PACK_HASH_MISMATCH'],
    restic: 'finds it',
    plant: ({ repository, dataPack }) => flipBit(repository, 'data', dataPack, -20),
  },
  {
    what: 'a header that lists other blobs than the index',
    severity: 'error',
    code: 'STO_HEADER_INDEX_MISMATCH',
    restic: 'finds it',
    async plant(lab) {
      await plantPack(lab.repository, [{ type: 'data', plain: extra }], {
        header: (blobs) => blobs.map((blob) => ({ ...blob, id: zeros })),
      })
      await used(lab, [idOf(extra)])
    },
  },
  {
    what: 'an index that gives a blob another length',
    severity: 'error',
    code: 'STO_PACK_INVALID',
    also: ['STO_HEADER_INDEX_MISMATCH', 'STO_SEAL_BROKEN'],
    restic: 'finds it',
    async plant(lab) {
      const [blob] = blobsOf(lab, lab.dataPack)
      await reindex(lab, (json) =>
        json.replace(`"length":${blob?.length}`, `"length":${(blob?.length ?? 0) + 1}`),
      )
    },
  },
  {
    what: 'an index that lets blobs overlap',
    severity: 'error',
    code: 'STO_PACK_INVALID',
    also: ['STO_HEADER_INDEX_MISMATCH', 'STO_SEAL_BROKEN'],
    restic: 'finds it',
    async plant(lab) {
      const second = blobsOf(lab, lab.dataPack)[1]
      await reindex(lab, (json) => json.replace(`"offset":${second?.offset}`, '"offset":7'))
    },
  },
  {
    what: 'an index that gives a blob another plain length',
    severity: 'error',
    code: 'STO_COMPRESSION_BROKEN',
    also: ['STO_HEADER_INDEX_MISMATCH', 'STO_FILE_SIZE_MISMATCH'],
    restic: 'finds it',
    async plant(lab) {
      const [blob] = blobsOf(lab, lab.dataPack)
      const length = blob?.uncompressedLength ?? 0
      await reindex(lab, (json) =>
        json.replace(`"uncompressed_length":${length}`, `"uncompressed_length":${length + 1}`),
      )
    },
  },
  {
    what: 'a blob whose content has another hash',
    severity: 'error',
    code: 'STO_PACK_INVALID',
    restic: 'finds it',
    async plant(lab) {
      const id = idOf(Buffer.from('something else'))
      await plantPack(lab.repository, [{ type: 'data', plain: extra, id }])
      const size = extra.length
      await plantTree(lab.repository, encodeTree([file('a', { size, content: [id] })]))
    },
  },
  {
    what: 'a blob sealed with an IV of zeros',
    severity: 'error',
    code: 'STO_SEAL_BROKEN',
    restic: 'finds it',
    async plant(lab) {
      await plantPack(lab.repository, [{ type: 'data', plain: extra, iv: Buffer.alloc(16) }])
      const content = [idOf(extra)]
      await plantTree(lab.repository, encodeTree([file('a', { size: extra.length, content })]))
    },
  },
  {
    what: 'a blob that is no zstd frame',
    severity: 'error',
    code: 'STO_COMPRESSION_BROKEN',
    restic: 'finds it',
    async plant(lab) {
      await plantPack(lab.repository, [{ type: 'data', plain: extra, stored: randomBytes(40) }])
      const content = [idOf(extra)]
      await plantTree(lab.repository, encodeTree([file('a', { size: extra.length, content })]))
    },
  },
  {
    what: 'a blob that expands to more than it should',
    severity: 'error',
    code: 'STO_COMPRESSION_BROKEN',
    restic: 'finds it',
    async plant(lab) {
      await plantPack(lab.repository, [
        { type: 'data', plain: extra, stored: compress(Buffer.alloc(1 << 24)) },
      ])
      const content = [idOf(extra)]
      await plantTree(lab.repository, encodeTree([file('a', { size: extra.length, content })]))
    },
  },
  ...(
    [
      [
        'a blob whose frame has a checksum',
        zstdCompressSync(extra, {
          params: { [constants.ZSTD_c_checksumFlag]: 1 },
          pledgedSrcSize: extra.length,
        }),
        'lets it pass',
      ],
      [
        'a blob with bytes behind its frame',
        Buffer.concat([compress(extra), Buffer.from('some more')]),
        'finds it',
      ],
    ] as const
  ).map(
    ([what, stored, restic]): Damage => ({
      what,
      severity: 'warning',
      code: 'STO_BLOB_ENCODING',
      restic,
      async plant(lab) {
        await plantPack(lab.repository, [{ type: 'data', plain: extra, stored }])
        await used(lab, [idOf(extra)])
      },
    }),
  ),
]
