/** AADSTS numbers about the account that signs in: who it is, its password, its session. */
import type { ExplanationRow } from '../explanation.ts'

export const accountExplanations: readonly ExplanationRow[] = [
  {
    codes: [16000],
    happened: 'The signed-in account cannot be used for this application here.',
    why: 'The browser is signed in with an account of another identity provider or another organization.',
    remedy:
      'Sign out or open a private window, and use a work account of the organization that is being added.',
  },
  {
    codes: [50020],
    happened: 'The account belongs to another organization.',
    why: 'The account that signed in is not a member of the organization that is being added, or it is a personal Microsoft account.',
    remedy: 'Sign in with a work or school account of the organization that is being added.',
  },
  {
    codes: [500200],
    happened: 'The account is a personal Microsoft account.',
    why: 'Personal accounts (outlook.com, live.com, Xbox, Skype) belong to no organization, so they can authorize nothing for one.',
    remedy:
      'Sign out or open a private window, and sign in with a work or school account of the organization.',
  },
  {
    codes: [50034],
    happened: 'The account does not exist in this organization.',
    why: 'The user name is misspelt, or it belongs to another organization.',
    remedy: 'Check the spelling and the organization, then sign in again.',
  },
  {
    codes: [50053],
    happened: 'The account is locked, or the address it signs in from is blocked.',
    why: 'There were too many failed sign-ins, or the sign-in came from an address with malicious activity.',
    remedy:
      'Wait a while, or have an administrator look at Entra admin center > Sign-in logs (code 50053) and unblock the account.',
  },
  {
    codes: [50055],
    happened: "The account's password has expired.",
    why: 'The organization limits the age of passwords.',
    remedy: 'Change the password in a browser, then sign in again.',
  },
  {
    codes: [50144],
    happened: "The account's password in the local Active Directory has expired.",
    why: 'The account is synchronized from a local Active Directory, which limits the age of passwords.',
    remedy: 'Change the password there (or by self-service reset), then sign in again.',
  },
  {
    codes: [50057],
    happened: 'The account is disabled.',
    why: 'An administrator has blocked its sign-in.',
    remedy: 'Enable the account, or use another administrator.',
  },
  {
    codes: [50058],
    happened: 'Nobody is signed in.',
    why: 'A sign-in without questions was tried, but the browser holds no Microsoft session.',
    remedy: 'Start the sign-in again and answer the questions on the page.',
  },
  {
    codes: [50105],
    happened: 'The account is not assigned to the application.',
    why: "The enterprise application has 'Assignment required' switched on and lets only assigned users in.",
    remedy:
      'Assign the user under Entra admin center > Enterprise applications > Users and groups, then sign in again.',
  },
  {
    codes: [50125, 50135],
    happened: 'The sign-in stopped at a change of the password.',
    why: 'The organization wants a new password (or the registration of a way to reset it) first.',
    remedy: 'Sign in to https://portal.office.com, finish what it asks for, then sign in here again.',
  },
  {
    codes: [50126],
    happened: 'User name or password is wrong.',
    why: 'Microsoft could not match them.',
    remedy: 'Sign in again; check that the account belongs to the chosen cloud.',
  },
  {
    codes: [50132],
    happened: 'The Microsoft session is no longer valid.',
    why: 'The password has expired or was changed since the browser signed in.',
    remedy: 'Sign out of Microsoft in this browser, then sign in again.',
  },
  {
    codes: [50133],
    happened: 'The Microsoft session was revoked.',
    why: 'An administrator ended it, or the password was changed since.',
    remedy: 'Sign out of Microsoft in this browser, then sign in again.',
  },
  {
    codes: [50173],
    happened: 'The sign-in was revoked.',
    why: 'The user or an administrator has revoked all sign-ins of the account, or its password was changed.',
    remedy: 'Sign in again.',
  },
  {
    codes: [50089],
    happened: 'The sign-in took too long.',
    why: "Microsoft's sign-in pages are valid for some minutes only.",
    remedy: 'Start the sign-in again and finish it without a long break.',
  },
  {
    codes: [50199],
    happened: 'Microsoft asks for a confirmation first.',
    why: 'The sign-in page asks whether this is the application that was meant, and the question was not answered.',
    remedy: 'Sign in again and finish the page.',
  },
  {
    codes: [54000],
    happened: 'The account may not sign in.',
    why: 'It is registered as a minor, and the rules for minors do not allow this application.',
    remedy: 'Use another administrator.',
  },
  {
    codes: [90072],
    happened: 'The account comes from outside the organization.',
    why: 'It would have to be added as a guest before it can pass the second factor here.',
    remedy: 'Use an administrator whose home is the organization that is being added.',
  },
  {
    codes: [90099],
    happened: 'The application is not authorized in the customer organization.',
    why: "A partner's administrator signed in with delegated rights, but the customer has not approved the application.",
    remedy:
      'Have the application approved in the customer organization, or use an administrator of the customer.',
  },
]
