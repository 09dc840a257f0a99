/** Errors of OAuth and of the consent pages that come without an AADSTS number. (RFC 6749, RFC 8628, Microsoft identity platform) */
import { type ExplanationRow, reportIt, retriedByItself } from '../explanation.ts'

export const oauthExplanations: readonly ExplanationRow[] = [
  {
    codes: ['access_denied'],
    happened: 'The sign-in ended without consent.',
    why: 'Either Cancel was chosen, or the account may not consent: Microsoft does not tell which.',
    remedy: 'Sign in again and accept, or have an administrator do it.',
  },
  {
    codes: ['permission_denied'],
    happened: 'The administrator declined the permissions.',
    why: "'Cancel' was chosen on Microsoft's page of permissions.",
    remedy: 'Open the link again and accept the permissions.',
  },
  {
    codes: ['consent_required'],
    happened: 'The organization has not consented to the application.',
    why: 'The permissions were declined, or nobody with the right to grant them has accepted them yet.',
    remedy: 'Have a Global Administrator or Privileged Role Administrator accept the permissions.',
  },
  {
    codes: ['invalid_client'],
    happened: "The application's credential is not accepted.",
    why: 'Password or certificate does not belong to this application.',
    remedy: 'Check Application ID, Tenant ID and the credential.',
  },
  {
    codes: ['invalid_grant'],
    happened: 'The sign-in is not valid any more.',
    why: 'Its code or token was used, has expired or was revoked.',
    remedy: 'Sign in again.',
  },
  {
    codes: ['interaction_required', 'login_required'],
    happened: 'The sign-in was not completed.',
    why: 'Microsoft wants something more from the person: a second factor, consent or a new sign-in.',
    remedy: 'Sign in again and answer every question on the page.',
  },
  {
    codes: ['unauthorized_client'],
    happened: 'The application may not do this.',
    why: 'It is not set up for this kind of sign-in, or not known in this organization.',
    remedy: 'Check the Application ID and the settings of the application.',
  },
  {
    codes: ['invalid_resource'],
    happened: 'The service that access was asked for is not known here.',
    why: 'Either the wrong cloud was chosen, or the service is not available in this organization.',
    remedy: 'Check the chosen cloud and the licences of the organization.',
  },
  {
    codes: ['invalid_scope'],
    happened: 'The permissions were asked for in a form that is not valid.',
    why: 'Their address does not belong to this cloud.',
    remedy: 'Check the chosen cloud and the addresses configured for it.',
  },
  {
    codes: ['invalid_request', 'unsupported_grant_type', 'unsupported_response_type'],
    happened: 'Microsoft does not accept the request.',
    why: 'It lacks something, or asks in a way that is not offered for this application.',
    remedy: reportIt,
  },
  {
    codes: ['temporarily_unavailable', 'server_error'],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'One of its parts is overloaded or does not answer.',
    remedy: retriedByItself,
  },
  {
    codes: ['authorization_pending', 'slow_down'],
    happened: 'The one-time code has not been entered yet.',
    why: 'Microsoft still waits for the sign-in on the other device.',
    remedy: 'Enter the code on the page shown and finish the sign-in.',
  },
  {
    codes: ['authorization_declined'],
    happened: 'The sign-in was declined.',
    why: 'Whoever entered the one-time code chose Cancel.',
    remedy: "Choose 'New code' and accept the sign-in.",
  },
  {
    codes: ['expired_token', 'code_expired'],
    happened: 'The one-time code has expired.',
    why: 'It was not entered and confirmed within its lifetime of about 15 minutes.',
    remedy: "Choose 'New code' and enter it within its lifetime.",
  },
  {
    codes: ['bad_verification_code'],
    happened: 'Microsoft does not know the one-time code.',
    why: 'It was used already, or belongs to another sign-in.',
    remedy: "Choose 'New code'.",
  },
]
