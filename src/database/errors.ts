import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const databaseErrors = {
  DB_NO_BINARIES: {
    kind: 'operational',
    status: 500,
    message: 'No PostgreSQL for {platform} is installed with this server ({reason}).',
    remedy:
      'Install the packages again without leaving out optional ones, or set DATABASE_URL to a PostgreSQL of your own.',
  },
  DB_START_FAILED: {
    kind: 'operational',
    status: 500,
    message: 'The embedded PostgreSQL did not start: {reason}',
    remedy: 'Read the lines before this one in the log, repair the data folder {folder}, and start again.',
  },
  DB_CLUSTER_VERSION: {
    kind: 'operational',
    status: 500,
    message: 'The data folder {folder} belongs to PostgreSQL {found}, and this server brings {expected}.',
    remedy: 'Start the server version that made the folder, or upgrade the folder with pg_upgrade.',
  },
  DB_ORPHAN_STUCK: {
    kind: 'operational',
    status: 500,
    message: 'A PostgreSQL left behind by an earlier server (process {pid}) does not stop.',
    remedy: 'Stop process {pid}, then start the server again.',
  },
  DB_UNREACHABLE: {
    kind: 'operational',
    status: 503,
    message: 'The database does not answer: {reason}',
    remedy: 'Check that PostgreSQL runs and that DATABASE_URL names it, then try again.',
  },
  DB_NEWER: {
    kind: 'operational',
    status: 500,
    message: 'A newer version of the server has worked with this database: {migrations} is unknown here.',
    remedy:
      'Start that version. To go back, restore the state that was saved before the upgrade (state-backups in the data folder) into an empty data folder.',
  },
  DB_NOT_EMPTY: {
    kind: 'user',
    status: 409,
    message: 'A server has worked with this database already.',
    remedy: 'Restore into an empty data folder (--data), or with DATABASE_URL into an empty database.',
  },
  DB_DUMP_FOLDER: {
    kind: 'user',
    status: 409,
    message: 'The folder {folder} is not empty.',
    remedy: 'Name one that does not exist yet.',
  },
  DB_DUMP_UNUSABLE: {
    kind: 'user',
    status: 400,
    message: 'The folder {folder} holds no state that can be restored: {reason}.',
    remedy: 'Check the path, or take an older backup of the state.',
  },
  DB_MIGRATION_FAILED: {
    kind: 'operational',
    status: 500,
    message: 'The database could not be brought to the version of this server: {reason}',
    remedy: 'Nothing was changed. Start the earlier version again, and report the message.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(databaseErrors)
