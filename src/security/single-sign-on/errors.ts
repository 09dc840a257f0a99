import { type ErrorCatalogue, errorFactory } from '../../errors/index.ts'

export const singleSignOnErrors = {
  SSO_OFF: {
    kind: 'user',
    status: 409,
    message: 'Single sign-on is not set up, or switched off.',
    remedy: 'Sign in with user name and password.',
  },
  SSO_ISSUER_INVALID: {
    kind: 'user',
    status: 400,
    message: 'The issuer is not the address of a provider: {reason}.',
    remedy:
      'Give it as the provider writes it, for Microsoft Entra ID: https://login.microsoftonline.com/<tenant id>/v2.0',
  },
  SSO_STATE: {
    kind: 'user',
    status: 400,
    message: 'This sign-in was not begun in this browser, was used already, or took longer than 10 minutes.',
    remedy: 'Begin again at the sign-in page.',
  },
  SSO_DECLINED: {
    kind: 'user',
    status: 403,
    message: 'The sign-in was declined at the provider.',
    remedy: 'Sign in again and agree, or ask whoever runs the provider to assign you to this application.',
  },
  SSO_PROVIDER_ERROR: {
    kind: 'operational',
    status: 502,
    message: 'The provider answered with an error: {error}.',
    remedy: 'Try again. If it stays so, an owner of this server should compare the settings of both sides.',
  },
  SSO_CLIENT_REFUSED: {
    kind: 'operational',
    status: 502,
    message: 'The provider does not accept the client id or the client secret of this server.',
    remedy: 'An owner of this server should enter a client secret that has not expired.',
  },
  SSO_ANSWER_INVALID: {
    kind: 'operational',
    status: 502,
    message:
      'The answer of the provider is not what OpenID Connect prescribes ({check}), and was not believed.',
    remedy: 'An owner of this server should press Test in the settings of single sign-on.',
  },
  SSO_ISSUER_WRONG: {
    kind: 'operational',
    status: 502,
    message: 'The answer comes from another issuer than the one that was set.',
    remedy: 'An owner of this server should set the issuer exactly as the provider writes it.',
  },
  SSO_AUDIENCE_WRONG: {
    kind: 'operational',
    status: 502,
    message: 'The provider issued the sign-in to another application.',
    remedy: 'An owner of this server should check the client id.',
  },
  SSO_NONCE_WRONG: {
    kind: 'user',
    status: 400,
    message: 'The answer of the provider belongs to another sign-in.',
    remedy: 'Begin again at the sign-in page.',
  },
  SSO_CLOCK: {
    kind: 'operational',
    status: 502,
    message: 'What the provider signed has expired, or is not valid yet.',
    remedy: 'Begin again. If it stays so, set the clock of this server by NTP.',
  },
  SSO_UNKNOWN: {
    kind: 'user',
    status: 403,
    message: 'You are signed in at the provider, but nobody here is linked to that account.',
    remedy:
      "Ask an owner of this server for an invitation. Who has a password here signs in with it and links the account under 'Your account'.",
  },
  SSO_NO_ROLE: {
    kind: 'user',
    status: 403,
    message: 'You are signed in at the provider, but nothing that it says of you leads to a role here.',
    remedy: 'Ask whoever runs the provider for the group or role that this server goes by.',
  },
  SSO_DISABLED: {
    kind: 'user',
    status: 403,
    message: 'Your account on this server is disabled.',
    remedy: 'Ask an owner of this server.',
  },
  SSO_NAME_TAKEN: {
    kind: 'user',
    status: 409,
    message:
      'There is an operator here with the name that the provider gave, and it is not linked to your account there.',
    remedy: "If it is you, sign in with your password and link the account under 'Your account'.",
  },
  SSO_LINKED_ELSEWHERE: {
    kind: 'user',
    status: 409,
    message: 'Another operator is linked to this account of the provider.',
    remedy: 'Sign in at the provider with another account.',
  },
  SSO_ONLY_WAY: {
    kind: 'user',
    status: 409,
    message: 'Without this link you could not sign in any more.',
    remedy: 'Ask an owner of this server for a link to choose a password first.',
  },
  SSO_OTHER_ACCOUNT: {
    kind: 'user',
    status: 403,
    message: 'You signed in at the provider with another account than the one that is linked to you here.',
    remedy: 'Begin again, and use the account that you sign in to this server with.',
  },
  SSO_NOT_FRESH: {
    kind: 'user',
    status: 403,
    message: 'The provider did not confirm that you signed in just now.',
    remedy:
      'Begin again. If it stays so, whoever runs the provider has to let it honour prompt=login and put auth_time into the ID token (Microsoft Entra ID: an optional claim of the application).',
  },
  SSO_PASSWORD_REFUSED: {
    kind: 'user',
    status: 403,
    message: 'Only owners sign in with a password on this server.',
    remedy: 'Use single sign-on.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(singleSignOnErrors)
