import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const egressErrors = {
  NET_ADDRESS_REFUSED: {
    kind: 'user',
    status: 422,
    message:
      '{host} is at {address}, an address of this machine or of an internal network, and is not connected to.',
    remedy:
      'If it is meant to be reached, whoever runs the server allows it: --allowed-networks {address} (BDRCLOUD_ALLOWED_NETWORKS).',
  },
  NET_ADDRESS_INVALID: {
    kind: 'user',
    status: 422,
    message: 'The address is not one that can be connected to: {reason}.',
    remedy: 'Give an address that begins with https:// and holds no user name or password.',
  },
  NET_NOT_ENCRYPTED: {
    kind: 'user',
    status: 422,
    message: '{host} would be spoken to without encryption.',
    remedy:
      'Give an address that begins with https://. Plain http:// is only for networks that the server was told to allow (--allowed-networks).',
  },
  NET_NETWORK_INVALID: {
    kind: 'operational',
    status: 500,
    message: '"{network}" is neither an address nor a network.',
    remedy: 'Correct --allowed-networks (BDRCLOUD_ALLOWED_NETWORKS): like 10.1.2.3, 10.0.0.0/8 or fd00::/8.',
  },
  NET_UNREACHABLE: {
    kind: 'operational',
    status: 502,
    message: '{host} cannot be reached: {reason}.',
    remedy: 'Check the name and the port, and that this server may connect there.',
  },
  NET_TIME_LIMIT: {
    kind: 'operational',
    status: 504,
    message: '{host} did not answer within {seconds} seconds.',
    remedy: 'Check that it is up, and try again.',
  },
  NET_ANSWER_TOO_LONG: {
    kind: 'operational',
    status: 502,
    message: 'The answer of {host} is longer than {bytes} bytes and was not read.',
    remedy: 'Check that the address is the right one.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(egressErrors)
