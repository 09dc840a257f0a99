/** What storage places over a network and their addresses can refuse; part of the catalogue of this room. */
import type { ErrorCatalogue } from '../../errors/index.ts'

export const storageErrors = {
  STO_STORAGE_DENIED: {
    kind: 'operational',
    status: 503,
    message: 'The {place} does not allow us to {action} {type}/{name} ({reason}).',
    remedy:
      'Check the user name, password or access keys of the storage location, and what they are allowed to do.',
  },
  STO_STORAGE_UNSUITABLE: {
    kind: 'operational',
    status: 503,
    message: 'The {place} cannot {action} {type}/{name}: {reason}.',
    remedy: 'Check the address of the storage location: something else seems to answer there.',
  },
  STO_FILE_RETAINED: {
    kind: 'operational',
    status: 409,
    message: 'The {place} keeps {type}/{name} and does not let it be removed yet.',
    remedy: 'Nothing is lost; try again when the retention that is set at the storage location has ended.',
  },
  STO_LOCATION_INVALID: {
    kind: 'user',
    status: 422,
    message: '“{location}” is no storage location: {reason}.',
    remedy: 'Give the address of the repository as “https://host/path”, user and password apart from it.',
  },
} satisfies ErrorCatalogue
