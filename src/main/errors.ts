import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const mainErrors = {
  MAIN_DATA_IN_USE: {
    kind: 'operational',
    status: 500,
    message: 'Another server (process {pid}) uses the data folder {folder}.',
    remedy: 'Stop it, or start this one with another folder (--data).',
  },
  MAIN_DATA_FOLDER: {
    kind: 'operational',
    status: 500,
    message: 'The folder {folder} cannot be used: {reason}.',
    remedy: 'Make it writable for the account that runs the server, or name another one (--data, --vault).',
  },
  MAIN_AUTHORITY_FILE: {
    kind: 'operational',
    status: 500,
    message: 'The file {file} of certificate authorities cannot be read: {reason}.',
    remedy: 'Correct --certificate-authority or --vault-certificate-authority.',
  },
  MAIN_VAULT_EMPTY: {
    kind: 'operational',
    status: 500,
    message: 'The repository {directory} is not in {location}.',
    remedy: 'Check that the disk or share of the vault is mounted, and that nobody moved it.',
  },
  MAIN_SUPPORT_FILE: {
    kind: 'user',
    status: 500,
    message: 'The support bundle cannot be made: {reason}.',
    remedy: 'Name a new file in a folder that is there, and a log that can be read.',
  },
  MAIN_CLOUDS_FILE: {
    kind: 'user',
    status: 500,
    message: 'The file of clouds {file} cannot be read: {reason}.',
    remedy: 'Check the path given by --clouds (BDRCLOUD_CLOUDS), and that the file holds JSON.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(mainErrors)
