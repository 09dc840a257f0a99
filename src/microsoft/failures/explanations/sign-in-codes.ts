/** AADSTS numbers about codes and tokens of a sign-in: one-time codes, redemption, expiry. */
import { type ExplanationRow, reportIt } from '../explanation.ts'

export const signInCodeExplanations: readonly ExplanationRow[] = [
  {
    codes: [54005],
    happened: 'The sign-in was already used.',
    why: 'The code that the browser brought back works once, for example not after reloading the page.',
    remedy: 'Start the sign-in again.',
  },
  {
    codes: [70000],
    happened: 'The sign-in is not valid.',
    why: 'The code or token was made for something else, or was damaged on the way.',
    remedy: 'Sign in again.',
  },
  {
    codes: [70008],
    happened: 'The sign-in has expired or was revoked.',
    why: 'Its code or token was not used for too long, or somebody has revoked it.',
    remedy: 'Sign in again.',
  },
  {
    codes: [700082],
    happened: 'The sign-in has expired.',
    why: 'Its token was not used for too long.',
    remedy: 'Sign in again.',
  },
  {
    codes: [70043],
    happened: 'The sign-in has expired by a policy of the organization.',
    why: 'Conditional Access limits how often people have to sign in.',
    remedy: 'Sign in again.',
  },
  {
    codes: [700020],
    happened: 'The sign-in needs the person again.',
    why: 'Microsoft wants a question answered that cannot be answered without somebody at the page.',
    remedy: 'Sign in again and answer every question on the page.',
  },
  {
    codes: [700005],
    happened: 'The sign-in was redeemed at another organization than it was made for.',
    why: 'The organization changed between the sign-in and its completion.',
    remedy: 'Start the sign-in again; if it stays so, report it with the log of the server.',
  },
  {
    codes: [50148, 501481],
    happened: 'The sign-in does not belong to this server.',
    why: 'The proof that belongs to the returned code (PKCE) does not match it.',
    remedy:
      'Start the sign-in again from this console; if it stays so, report it with the log of the server.',
  },
  {
    codes: [9002326],
    happened: 'The sign-in was redeemed from a browser.',
    why: 'Microsoft allows that for single-page applications only.',
    remedy: `The server must redeem the sign-in itself. ${reportIt}`,
  },
  {
    codes: [70016],
    happened: 'The one-time code has not been entered yet.',
    why: 'Microsoft still waits for the sign-in on the other device.',
    remedy: 'Enter the code on the page shown and finish the sign-in.',
  },
  {
    codes: [70018],
    happened: 'The one-time code is wrong.',
    why: 'It was mistyped, or it belongs to another sign-in.',
    remedy: "Type the code again, or choose 'New code'.",
  },
  {
    codes: [70019],
    happened: 'The one-time code has expired.',
    why: 'It was not entered within its lifetime of about 15 minutes.',
    remedy: "Choose 'New code' and enter it within its lifetime.",
  },
  {
    codes: [70020],
    happened: 'The one-time code is not valid any more.',
    why: 'It has expired, was used already, or is not known to Microsoft.',
    remedy: "Choose 'New code' and enter it within its lifetime.",
  },
  {
    codes: [50134],
    happened: 'The one-time code cannot be used from where it was entered.',
    why: 'The device that signs in reaches another region of Microsoft than this server.',
    remedy: 'Enter the code from a device in the same network, or use another method.',
  },
  {
    codes: [90119],
    happened: 'No one-time code was entered.',
    why: 'The page was sent without one.',
    remedy: 'Enter the code that the console shows.',
  },
  {
    codes: [90120],
    happened: 'The one-time code was used already.',
    why: 'Somebody has confirmed or declined it before.',
    remedy: "Choose 'New code'.",
  },
]
