import { type ErrorCatalogue, errorFactory } from '../../errors/index.ts'

export const customerLinkErrors = {
  CUS_LINK_UNKNOWN: {
    kind: 'user',
    status: 403,
    message: 'This link does not work (any more): it was opened already, it has expired, or it was revoked.',
    remedy: 'Ask whoever sent it to you for a new one. A link can be opened in one browser only.',
  },
  CUS_LINK_NOT_FOUND: {
    kind: 'user',
    status: 404,
    message: 'There is no customer link with this id.',
    remedy: 'Look at the list of customer links.',
  },
  CUS_NO_OWN_APPLICATION: {
    kind: 'user',
    status: 409,
    message:
      'Customer links work only through a sign-in application of your own, and there is none for {cloud}.',
    remedy:
      'Set the external address and register an application in Settings > Microsoft sign-in, then try again.',
  },
  CUS_WRONG_METHOD: {
    kind: 'user',
    status: 409,
    message: 'A customer link belongs to the Automatic Credential Process.',
    remedy: 'Start a new onboarding with the Automatic Credential Process, then make a link for it.',
  },
} satisfies ErrorCatalogue

export const fail = errorFactory(customerLinkErrors)
