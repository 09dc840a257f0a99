/** Damaged files beside the packs. */
import { link, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { internalsOf } from '../../../src/repository/create-repository.ts'
import { addKey } from '../../../src/repository/index.ts'
import { flipBit, plantJson } from '../planting.ts'
import { cheapScrypt, password } from '../support.ts'
import {
  type Damage,
  firstIndex,
  lock,
  place,
  reindex,
  replaceConfig,
  replaceKey,
  snapshotJson,
  zeros,
} from './lab.ts'

export const fileDamages: readonly Damage[] = [
  {
    what: 'an unknown field in an index file',
    severity: 'warning',
    code: 'STO_FILE_UNKNOWN_FIELD',
    restic: 'lets it pass',
    plant: (lab) => reindex(lab, (json) => json.replace('"offset"', '"colour":"red","offset"')),
  },
  {
    what: 'white space in an index file',
    severity: 'warning',
    code: 'STO_FILE_ENCODING',
    restic: 'lets it pass',
    plant: (lab) => reindex(lab, (json) => json.replace('"blobs":', '"blobs": ')),
  },
  {
    what: 'one changed bit in an index file',
    severity: 'error',
    code: 'STO_FILE_DAMAGED',
    also: ['STO_BLOB_UNKNOWN', 'STO_PACK_NOT_INDEXED'],
    restic: 'finds it',
    plant: async (lab) => flipBit(lab.repository, 'index', await firstIndex(lab), 40),
  },
  {
    what: 'an index file under another name than its hash',
    severity: 'error',
    code: 'STO_FILE_DAMAGED',
    also: ['STO_BLOB_UNKNOWN', 'STO_PACK_NOT_INDEXED'],
    restic: 'finds it',
    plant: async (lab) =>
      rename(join(lab.folder, 'index', await firstIndex(lab)), join(lab.folder, 'index', zeros)),
  },
  {
    what: 'an index file that is no JSON',
    severity: 'error',
    code: 'STO_INDEX_INVALID',
    restic: 'finds it',
    plant: ({ repository }) => plantJson(repository, 'index', '{"packs":['),
  },
  {
    what: 'a missing index file',
    severity: 'error',
    code: 'STO_BLOB_UNKNOWN',
    also: ['STO_PACK_NOT_INDEXED'],
    restic: 'finds it',
    plant: async (lab) => internalsOf(lab.repository).backend.remove('index', await firstIndex(lab)),
  },
  {
    what: 'one changed bit in a snapshot',
    severity: 'error',
    code: 'STO_FILE_DAMAGED',
    also: ['STO_PACK_UNREACHABLE'],
    restic: 'finds it',
    plant: ({ repository, snapshot }) => flipBit(repository, 'snapshots', snapshot, 40),
  },
  {
    what: 'a snapshot whose tree is in no index',
    severity: 'error',
    code: 'STO_BLOB_UNKNOWN',
    restic: 'finds it',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, tree: zeros })),
  },
  {
    what: 'a snapshot whose tree is stored as data',
    severity: 'error',
    code: 'STO_BLOB_WRONG_TYPE',
    restic: 'finds it',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, tree: lab.content[0] })),
  },
  {
    what: 'a snapshot without a tree',
    severity: 'error',
    code: 'STO_SNAPSHOT_INVALID',
    restic: 'finds it',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, tree: undefined })),
  },
  {
    what: 'an unknown field in a snapshot',
    severity: 'warning',
    code: 'STO_FILE_UNKNOWN_FIELD',
    restic: 'lets it pass',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, colour: 'red' })),
  },
  {
    what: 'fields of a snapshot in another order',
    severity: 'warning',
    code: 'STO_FILE_ENCODING',
    restic: 'lets it pass',
    plant: (lab) => snapshotJson(lab, ({ time, ...fields }) => ({ ...fields, time })),
  },
  {
    what: 'a snapshot made in the future',
    severity: 'warning',
    code: 'STO_SNAPSHOT_ODD',
    restic: 'lets it pass',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, time: '2924-05-01T12:00:00Z' })),
  },
  {
    what: 'a snapshot that names no path',
    severity: 'warning',
    code: 'STO_SNAPSHOT_ODD',
    restic: 'lets it pass',
    plant: (lab) => snapshotJson(lab, (fields) => ({ ...fields, paths: [] })),
  },
  {
    what: 'a lock whose program died',
    severity: 'warning',
    code: 'STO_LOCK_STALE',
    restic: 'lets it pass',
    plant: (lab) => lock(lab, { time: '2024-05-01T12:00:00Z' }),
  },
  {
    what: 'a lock that cannot be understood',
    severity: 'error',
    code: 'STO_LOCK_UNREADABLE',
    checked: false,
    restic: 'lets it pass',
    plant: (lab) => lock(lab, { exclusive: 'yes' }),
  },
  {
    what: 'one changed bit in a key file',
    severity: 'error',
    code: 'STO_FILE_DAMAGED',
    checked: false,
    restic: 'lets it pass',
    async plant({ repository }) {
      const { backend } = internalsOf(repository)
      const name = await addKey(backend, { password, newPassword: 'second', scrypt: cheapScrypt })
      await flipBit(repository, 'keys', name, 15)
    },
  },
  {
    what: 'a key file with a salt of another length',
    severity: 'error',
    code: 'STO_KEY_INVALID',
    checked: false,
    restic: 'lets it pass',
    plant: (lab) => replaceKey(lab, (fields) => ({ ...fields, salt: 'AAAA' })),
  },
  {
    what: 'a key file that would take gigabytes to open',
    severity: 'error',
    code: 'STO_KEY_INVALID',
    checked: false,
    restic: 'lets it pass',
    plant: (lab) => replaceKey(lab, (fields) => ({ ...fields, N: 2 ** 30 })),
  },
  {
    what: 'an unknown field in a key file',
    severity: 'warning',
    code: 'STO_FILE_UNKNOWN_FIELD',
    restic: 'lets it pass',
    plant: (lab) => replaceKey(lab, (fields) => ({ ...fields, colour: 'red' })),
  },
  {
    what: 'more keys than programs look at',
    severity: 'warning',
    code: 'STO_KEYS_TOO_MANY',
    checked: false,
    restic: 'lets it pass',
    async plant(lab) {
      for (let count = 0; count < 20; count++)
        await replaceKey(lab, (fields) => ({ ...fields, hostname: `${count}` }))
    },
  },
  {
    what: 'an unknown field in the config file',
    severity: 'warning',
    code: 'STO_FILE_UNKNOWN_FIELD',
    restic: 'lets it pass',
    plant: (lab) => replaceConfig(lab, (json) => json.replace('}', ',"colour":"red"}')),
  },
  {
    what: 'white space in the config file',
    severity: 'warning',
    code: 'STO_FILE_ENCODING',
    restic: 'lets it pass',
    plant: (lab) => replaceConfig(lab, (json) => json.replace(',', ', ')),
  },
  {
    what: 'a chunker polynomial that is reducible',
    severity: 'error',
    code: 'STO_POLYNOMIAL_INVALID',
    restic: 'cannot open it',
    plant: (lab) => replaceConfig(lab, (json) => json.replace(/[0-9a-f]"}$/, '0"}')),
  },
  {
    what: 'one changed bit in the config file',
    severity: 'error',
    code: 'STO_SEAL_BROKEN',
    restic: 'cannot open it',
    plant: ({ repository }) => flipBit(repository, 'config', 'config', 30),
  },
  ...(
    [
      ['a file beside the repository', 'notes.txt'],
      ['half a file that a crash left', `index/${zeros}.0123456789ab.tmp`],
      ['a file in the folder of packs', 'data/README'],
    ] as const
  ).map(
    ([what, path]): Damage => ({
      what,
      severity: 'warning',
      code: 'STO_FILE_FOREIGN',
      restic: 'lets it pass',
      plant: (lab) => place(lab, path),
    }),
  ),
  {
    what: 'a pack in another folder than its own',
    severity: 'warning',
    code: 'STO_FILE_FOREIGN',
    restic: 'lets it pass',
    async plant({ folder, dataPack }) {
      const wrong = dataPack.startsWith('00') ? '01' : '00'
      await mkdir(join(folder, 'data', wrong), { recursive: true })
      await link(join(folder, 'data', dataPack.slice(0, 2), dataPack), join(folder, 'data', wrong, dataPack))
    },
  },
]
