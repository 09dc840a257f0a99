/** What only the check and the strict validator say; part of the catalogue of this room. */
import type { ErrorCatalogue } from '../../errors/index.ts'

export const findingErrors = {
  STO_PACK_UNREACHABLE: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} holds nothing that a snapshot needs.',
    remedy: 'Nothing is missing; the next prune removes it, unless a backup is adding to it right now.',
  },
  STO_PACK_SPLIT: {
    kind: 'operational',
    status: 500,
    message: 'The blobs of the pack {pack} stand in more than one index file.',
    remedy: 'Nothing is missing, but programs expect one; run “restic repair index” on the repository.',
  },
  STO_TREE_UNCOMPRESSED: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} holds trees that are not compressed.',
    remedy: 'Nothing is missing; the next prune compresses them.',
  },
  STO_BLOB_WRONG_TYPE: {
    kind: 'operational',
    status: 500,
    message: 'The blob {blob} is needed as a {type} blob, but stored as the other type only.',
    remedy: 'Report which program wrote the snapshot; forget the snapshots that need it.',
  },
  STO_BLOB_ENCODING: {
    kind: 'operational',
    status: 500,
    message: 'The {type} blob {blob} is not compressed as restic does it: {reason}.',
    remedy: 'Restoring with this program works; report which program wrote the blob.',
  },
  STO_NODE_ODD: {
    kind: 'operational',
    status: 500,
    message: 'The node “{name}” contradicts itself: {reason}.',
    remedy:
      'Report which program wrote the snapshot; what can be restored of this node depends on the program.',
  },
  STO_SNAPSHOT_ODD: {
    kind: 'operational',
    status: 500,
    message: 'The snapshot {id} is odd: {reason}.',
    remedy: 'Restoring works; rules for keeping snapshots may count it wrongly.',
  },
  STO_FILE_UNKNOWN_FIELD: {
    kind: 'operational',
    status: 500,
    message: 'The file {type}/{name} has the field “{field}”, which the format does not know.',
    remedy: 'It is ignored, and lost when restic writes the file anew. Report which program wrote it.',
  },
  STO_FILE_ENCODING: {
    kind: 'operational',
    status: 500,
    message: 'The file {type}/{name} is not encoded as restic encodes it.',
    remedy: 'It is read all the same. Report which program wrote it.',
  },
  STO_FILE_FOREIGN: {
    kind: 'operational',
    status: 500,
    message: '“{path}” does not belong to a repository.',
    remedy:
      'Nothing reads it: an interrupted upload or another program left it. Remove it if you do not know it.',
  },
  STO_LOCK_STALE: {
    kind: 'operational',
    status: 423,
    message: 'The lock {name} of {host} has not been refreshed since {since}: its program died.',
    remedy: 'Run “restic unlock” on the repository.',
  },
} satisfies ErrorCatalogue
