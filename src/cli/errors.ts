import { type ErrorCatalogue, errorFactory } from '../errors/index.ts'

export const cliErrors = {
  CLI_NOT_SIGNED_IN: {
    kind: 'user',
    status: 401,
    message: 'You are not signed in to {server}, or the sign-in has expired.',
    remedy: "Run 'bdrcloud login --server {server}' first.",
  },
  CLI_SERVER_UNREACHABLE: {
    kind: 'operational',
    status: 503,
    message: 'The server at {server} does not answer ({reason}).',
    remedy: "Check the address, and that the server is running ('npm start').",
  },
  CLI_UNEXPECTED_ANSWER: {
    kind: 'operational',
    status: 502,
    message: 'The server at {server} answered {status} without an explanation to {method} {path}.',
    remedy: 'Check that the address is that of a BDRCloud Server, and look at its log.',
  },
  CLI_NO_TERMINAL: {
    kind: 'user',
    status: 400,
    message: '{question} must be answered, and there is no terminal to ask at.',
    remedy: 'Give it as a flag or in the environment: {flag}.',
  },
  CLI_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no {noun} "{name}".',
    remedy: "See 'bdrcloud {list}' for those that exist.",
  },
  CLI_UNENCRYPTED_ADDRESS: {
    kind: 'user',
    status: 400,
    message: 'The address {server} would carry your password or token unencrypted over the network.',
    remedy: 'Use an https:// address, or http://localhost on the server itself.',
  },
  CLI_NOT_CONFIRMED: {
    kind: 'user',
    status: 400,
    message: "'{question}' was not answered with yes; nothing was done.",
    remedy: 'Run the command again when you want to.',
  },
  CLI_BAD_INPUT: { kind: 'user', status: 400, message: '{what}', remedy: '{remedy}' },
  CLI_TIMED_OUT: {
    kind: 'operational',
    status: 504,
    message: '{what} did not end within {minutes} minutes.',
    remedy: 'It goes on in the server; look again later.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(cliErrors)
