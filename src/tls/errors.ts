import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const tlsErrors = {
  TLS_FILE: {
    kind: 'operational',
    status: 500,
    message: 'The file {file} of the TLS certificate or key cannot be read: {reason}.',
    remedy:
      'Correct --tls-certificate and --tls-key, and make both readable for the account that runs the server.',
  },
  TLS_NO_CERTIFICATE: {
    kind: 'operational',
    status: 500,
    message: 'The file {file} holds no certificate in PEM form that can be read.',
    remedy:
      'Name the file with the certificate and its chain, the own certificate first (--tls-certificate).',
  },
  TLS_NO_KEY: {
    kind: 'operational',
    status: 500,
    message: 'The file {file} holds no private key in PEM form that can be read without a password.',
    remedy: 'Name the file with the private key, without encryption (--tls-key).',
  },
  TLS_MISMATCH: {
    kind: 'operational',
    status: 500,
    message: 'The key in {key} does not belong to the certificate in {certificate}.',
    remedy: 'Put certificate and key of the same issue there.',
  },
  TLS_OUT_OF_TIME: {
    kind: 'operational',
    status: 500,
    message: 'The certificate in {certificate} is valid from {from} to {to}, which is not now.',
    remedy: 'Renew it, and look at the clock of this machine.',
  },
  TLS_REFUSED: {
    kind: 'operational',
    status: 500,
    message: 'Certificate {certificate} and key cannot be used: {reason}.',
    remedy: 'Use an RSA key of 2,048 bits or more, or an elliptic curve, and a chain that is whole.',
  },
  TLS_NONE: {
    kind: 'user',
    status: 404,
    message: 'The server has no TLS certificate of its own.',
    remedy: 'Start it with --tls-certificate and --tls-key, or with --tls self-signed for a first look.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(tlsErrors)
