/** Everything that can go wrong in a repository, with what to do about it. */
import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'
import { storageErrors } from './backends/storage-errors.ts'
import { findingErrors } from './maintain/finding-errors.ts'

const damaged =
  'Run the validation of this repository; restore the file from a second copy, or forget the snapshots that need it.'

/** The catalogue: for each code who has to act, what happened, and what to do. An error’s `code` is one of its keys. */
export const repositoryErrors = {
  ...storageErrors,
  ...findingErrors,
  STO_FILE_EXISTS: {
    kind: 'bug',
    status: 409,
    message: 'The storage location already holds the file {type}/{name}; files of a repository never change.',
    remedy: 'Report this; nothing was overwritten.',
  },
  STO_FILE_MISSING: {
    kind: 'operational',
    status: 404,
    message: 'The file {type}/{name} is not in the storage location.',
    remedy:
      'Check that the storage location is complete and that nobody removed files from it; run the validation.',
  },
  STO_FILE_TOO_SHORT: {
    kind: 'operational',
    status: 500,
    message: 'The file {type}/{name} has {size} bytes, but bytes up to {end} are needed: it was cut off.',
    remedy: damaged,
  },
  STO_FILE_NAME_INVALID: {
    kind: 'bug',
    status: 500,
    message: '“{name}” is no name of a {type} file.',
    remedy: 'Report this; nothing was read or written.',
  },
  STO_STORAGE_FAILED: {
    kind: 'operational',
    status: 503,
    message: 'The storage location refused to {action} {type}/{name}: {reason}.',
    remedy:
      'Check that the storage location is mounted, has free space and may be written by this user; then try again.',
  },
  STO_REPOSITORY_EXISTS: {
    kind: 'user',
    status: 409,
    message: 'There is a repository in this storage location already.',
    remedy: 'Open the existing repository with its password, or choose an empty location.',
  },
  STO_REPOSITORY_MISSING: {
    kind: 'user',
    status: 404,
    message: 'There is no repository in this storage location.',
    remedy: 'Check the address of the location, or create a repository there first.',
  },
  STO_WRONG_PASSWORD: {
    kind: 'user',
    status: 401,
    message: 'None of the {keys} keys of the repository opens with this password.',
    remedy: 'Enter the password from the recovery kit of this repository.',
  },
  STO_KEY_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The key file {name} cannot be used: {reason}.',
    remedy: 'Restore the key file from a second copy of the repository.',
  },
  STO_KEY_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no key “{id}” in the repository, or more than one that begins so.',
    remedy: 'List the keys and give the whole id of one of them.',
  },
  STO_KEY_IN_USE: {
    kind: 'user',
    status: 409,
    message: 'The key {name} is the one this repository was opened with.',
    remedy: 'Open the repository with another password and remove the key then, or change the password.',
  },
  STO_KEY_LAST: {
    kind: 'user',
    status: 409,
    message: 'The key {name} is the only one; without it nobody can open the repository again.',
    remedy: 'Add another key first.',
  },
  STO_KEYS_TOO_MANY: {
    kind: 'user',
    status: 409,
    message: 'The repository has {limit} keys; programs look at no more of them when they open it.',
    remedy: 'Remove keys that are not needed any more, then add the new one.',
  },
  STO_CONFIG_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The config file of the repository cannot be used: {reason}.',
    remedy: 'Restore the config file from a second copy of the repository.',
  },
  STO_VERSION_UNSUPPORTED: {
    kind: 'user',
    status: 422,
    message: 'The repository has format version {version}; versions 1 (reading) and 2 are supported.',
    remedy: 'Upgrade the server, or the repository with “restic migrate upgrade_repo_v2”.',
  },
  STO_POLYNOMIAL_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The chunker polynomial {polynomial} is not an irreducible polynomial of degree 53.',
    remedy: 'Leave it out to have one made, or copy it from another repository of this installation.',
  },
  STO_PACK_SIZE_INVALID: {
    kind: 'user',
    status: 422,
    message: 'Packs of {size} bytes are outside of what restic allows.',
    remedy: 'Choose from 4 to 128 MiB.',
  },
  STO_SEAL_BROKEN: {
    kind: 'operational',
    status: 500,
    message: '{subject} was changed or damaged after it was written: its authentication tag does not fit.',
    remedy: damaged,
  },
  STO_FILE_DAMAGED: {
    kind: 'operational',
    status: 500,
    message: 'The file {type}/{name} is damaged: {reason}.',
    remedy: damaged,
  },
  STO_COMPRESSION_BROKEN: {
    kind: 'operational',
    status: 500,
    message: '{subject} cannot be decompressed: {reason}.',
    remedy: damaged,
  },
  STO_BLOB_UNKNOWN: {
    kind: 'operational',
    status: 404,
    message: 'No index of the repository knows the {type} blob {blob}.',
    remedy: 'Run the validation; if index files were lost, run “restic repair index” on the repository.',
  },
  STO_BLOB_DAMAGED: {
    kind: 'operational',
    status: 500,
    message: 'The {type} blob {blob} in the pack {pack} is damaged and there is no other copy of it.',
    remedy: damaged,
  },
  STO_BLOB_TOO_LARGE: {
    kind: 'bug',
    status: 500,
    message: 'A blob of {size} bytes was given; {limit} are allowed.',
    remedy: 'Report this; larger content has to be cut into pieces, larger directories have to be split.',
  },
  STO_PACK_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} is damaged: {reason}.',
    remedy: damaged,
  },
  STO_PACK_HASH_MISMATCH: {
    kind: 'operational',
    status: 500,
    message: 'The bytes of the pack {pack} do not have the hash that its name says.',
    remedy: damaged,
  },
  STO_INDEX_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The index file {name} cannot be used: {reason}.',
    remedy: 'Run “restic repair index” on the repository; no backup data is lost by it.',
  },
  STO_TREE_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The tree {tree} cannot be read: {reason}.',
    remedy: damaged,
  },
  STO_NODE_INVALID: {
    kind: 'bug',
    status: 500,
    message: 'The node “{name}” cannot be written: {reason}.',
    remedy: 'Report this; the directory was not written.',
  },
  STO_NAME_INVALID: {
    kind: 'bug',
    status: 500,
    message: '“{name}” cannot be the name of a file: {reason}.',
    remedy: 'Report this; names have to be sanitized before they are written.',
  },
  STO_NAME_DUPLICATE: {
    kind: 'bug',
    status: 500,
    message: 'The name “{name}” is in one directory twice.',
    remedy: 'Report this; names have to be made unique before they are written.',
  },
  STO_NAME_ORDER: {
    kind: 'operational',
    status: 500,
    message: 'The nodes of the tree {tree} are not in ascending order at “{name}”.',
    remedy: 'Restoring works; programs that rewrite trees refuse this one. Report which program wrote it.',
  },
  STO_TIME_INVALID: {
    kind: 'bug',
    status: 500,
    message: '“{time}” is no time of the years 0 to 9999.',
    remedy: 'Report this; the node was not written.',
  },
  STO_NOT_A_DIRECTORY: {
    kind: 'bug',
    status: 500,
    message: '“{path}” is a {type}, and cannot hold other files.',
    remedy: 'Report this; the tree was not changed.',
  },
  STO_PATH_MISSING: {
    kind: 'bug',
    status: 500,
    message: 'There is nothing at “{path}” to be moved.',
    remedy: 'Report this; the tree was not changed.',
  },
  STO_SNAPSHOT_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no snapshot “{id}” in the repository.',
    remedy: 'List the snapshots and choose one of them.',
  },
  STO_SNAPSHOT_AMBIGUOUS: {
    kind: 'user',
    status: 409,
    message: 'More than one snapshot begins with “{id}”.',
    remedy: 'Give more digits of the id.',
  },
  STO_SNAPSHOT_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'The snapshot {id} cannot be used: {reason}.',
    remedy: damaged,
  },
  STO_LOCKED: {
    kind: 'operational',
    status: 423,
    message: 'The repository is locked by process {pid} on {host} since {since} (exclusive: {exclusive}).',
    remedy: 'Wait until that program has finished. If it died, run “restic unlock” on the repository.',
  },
  STO_LOCK_UNREADABLE: {
    kind: 'operational',
    status: 423,
    message: 'The lock {name} of the repository cannot be read, so nobody knows what it protects.',
    remedy: 'Make sure that no program uses the repository, then run “restic unlock --remove-all”.',
  },
  STO_LOCK_LOST: {
    kind: 'operational',
    status: 423,
    message: 'The lock of the repository was lost: {reason}.',
    remedy: 'Check the storage location; the work is taken up again by the next run.',
  },
  STO_WRITER_CLOSED: {
    kind: 'bug',
    status: 500,
    message: 'The writer was given up and takes no more data.',
    remedy: 'Report this; a new run begins with a new writer.',
  },
  STO_SEAL_NOT_REPRODUCIBLE: {
    kind: 'operational',
    status: 500,
    message: 'A freshly sealed blob ({blob}) did not open to the same bytes; nothing was written.',
    remedy: 'The memory or the processor of this machine makes mistakes: test the hardware before you go on.',
  },
  STO_FILE_SIZE_MISMATCH: {
    kind: 'operational',
    status: 500,
    message: 'The file “{name}” has {size} bytes by its node, but its content has {actual}.',
    remedy: 'The content can be restored as it is; report which program wrote the snapshot.',
  },
  STO_NODE_UNKNOWN_FIELD: {
    kind: 'operational',
    status: 500,
    message: 'The node “{name}” has the field “{field}”, which the format does not know.',
    remedy: 'Restoring works; programs that rewrite trees refuse this one. Report which program wrote it.',
  },
  STO_TREE_ENCODING: {
    kind: 'operational',
    status: 500,
    message: 'The tree {tree} is not encoded as restic encodes it.',
    remedy: 'Restoring works; programs that rewrite trees refuse this one. Report which program wrote it.',
  },
  STO_PACK_NOT_INDEXED: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} is in no index: an interrupted run left it.',
    remedy: 'Nothing is missing; the next prune removes it.',
  },
  STO_PACK_INDEXED_TWICE: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} is in more than one index file.',
    remedy: 'Nothing is missing; run “restic repair index” on the repository.',
  },
  STO_PACK_MIXED: {
    kind: 'operational',
    status: 500,
    message: 'The pack {pack} holds both data and trees.',
    remedy: 'Nothing is missing; the next prune separates them.',
  },
  STO_BLOB_STORED_TWICE: {
    kind: 'operational',
    status: 500,
    message: 'The {type} blob {blob} is stored more than once.',
    remedy: 'Nothing is missing; the next prune removes the second copy.',
  },
  STO_POLICY_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The rule “{rule}” for keeping snapshots cannot be used: {reason}.',
    remedy: 'Give counts as whole numbers from 0 and durations like 1y5m7d2h.',
  },
  STO_POLICY_KEEPS_NOTHING: {
    kind: 'user',
    status: 409,
    message: 'The rules would remove every snapshot of {group}; nothing was removed.',
    remedy: 'Change the rules, or say expressly that all snapshots may be removed.',
  },
  STO_PRUNE_REFUSED: {
    kind: 'operational',
    status: 409,
    message: 'The repository was not pruned, because {reason}.',
    remedy: 'Check the repository and repair its index; pruning a damaged repository would lose more.',
  },
  STO_RETENTION_UNSUPPORTED: {
    kind: 'user',
    status: 422,
    message: 'The {place} of this repository keeps nothing for a set time.',
    remedy: 'Open it with days of retention, in a bucket that has Object Lock.',
  },
  STO_SUBSET_INVALID: {
    kind: 'user',
    status: 422,
    message: '“{subset}” is no part of the data to be read.',
    remedy: 'Give a part like 1/5, a percentage like 2.5%, or a size like 500M.',
  },
  STO_RANGE_INVALID: {
    kind: 'bug',
    status: 416,
    message: 'The range of {length} bytes from {offset} is not one of “{name}”, which has {size} bytes.',
    remedy: 'Ask for a range inside of the file.',
  },
  STO_COPY_UNFIT: {
    kind: 'user',
    status: 422,
    message: 'Snapshots cannot be copied from a repository into itself.',
    remedy: 'Choose another repository as the target.',
  },
  STO_SOURCE_MISSING: {
    kind: 'user',
    status: 404,
    message: 'Nothing could be read of {paths}.',
    remedy: 'Check that the files and folders exist and may be read by this user.',
  },
  STO_SOURCES_COLLIDE: {
    kind: 'user',
    status: 422,
    message: 'The content of “{path}” has a name that another folder of this backup has, too.',
    remedy: 'Back the folders up one by one, or name them by their absolute paths.',
  },
  STO_FOLDER_UNKNOWN: {
    kind: 'user',
    status: 404,
    message: 'There is no folder “{folder}” in the snapshot.',
    remedy: 'List the snapshot and give the path of a folder as it is shown there.',
  },
  STO_TARGET_UNUSABLE: {
    kind: 'user',
    status: 422,
    message: 'The folder {path} cannot be used ({reason}).',
    remedy: 'Choose a folder that can be made or exists, and that this user may write to.',
  },
  STO_INDEX_FOLDER_FAILED: {
    kind: 'operational',
    status: 500,
    message: 'The folder {folder}, where the index of a repository is kept, cannot be used ({reason}).',
    remedy:
      'Make room there and let this user write, or keep the index in memory. What is in the folder may be deleted.',
  },
  STO_PATTERN_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The pattern “{pattern}” cannot be used: {reason}.',
    remedy:
      'Write it like *.log, /home/*/cache or **/node_modules; a backslash takes the meaning of a special character away.',
  },
  STO_HEADER_INDEX_MISMATCH: {
    kind: 'operational',
    status: 500,
    message: 'The header of the pack {pack} and the index disagree: {reason}.',
    remedy: 'Run “restic repair index” on the repository.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(repositoryErrors)
