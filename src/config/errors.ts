import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const configurationErrors = {
  CFG_FLAGS: {
    kind: 'operational',
    status: 500,
    message: 'The command line is not understood: {reason}',
    remedy: '--help lists all flags.',
  },
  CFG_FILE: {
    kind: 'operational',
    status: 500,
    message: 'The configuration file {file} cannot be read: {reason}.',
    remedy: 'Correct the file, or name another one with --config or BDRCLOUD_CONFIG.',
  },
  CFG_UNKNOWN: {
    kind: 'operational',
    status: 500,
    message: 'There is no setting {setting} ({source}).',
    remedy: 'Correct or remove it; --help lists all settings.',
  },
  CFG_INVALID: {
    kind: 'operational',
    status: 500,
    message: 'Setting {setting} ({source}) {reason}.',
    remedy: 'Correct it; --help lists all settings.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(configurationErrors)
