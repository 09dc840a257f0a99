import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const operationsErrors = {
  OPS_METRICS_ADDRESS: {
    kind: 'operational',
    status: 500,
    message: 'Metrics cannot be offered on {address}: {reason}.',
    remedy: 'Correct --metrics (BDRCLOUD_METRICS), e.g. 127.0.0.1:9464.',
  },
  OPS_METRICS_EXPOSED: {
    kind: 'operational',
    status: 500,
    message: 'Metrics are not offered on {address} to whoever asks.',
    remedy: 'Name a file with a token (--metrics-token-file), or listen on 127.0.0.1.',
  },
  OPS_METRICS_TOKEN: {
    kind: 'operational',
    status: 500,
    message: 'The file {file} with the token for metrics cannot be used: {reason}.',
    remedy: 'Write a token into it, e.g. with openssl rand -hex 32, readable by the server alone.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(operationsErrors)
