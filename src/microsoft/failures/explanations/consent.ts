/** AADSTS numbers about consent, permissions and services that are asked for. */
import type { ExplanationRow } from '../explanation.ts'

export const consentExplanations: readonly ExplanationRow[] = [
  {
    codes: [65001],
    happened: 'Nobody has consented to this application yet.',
    why: 'The organization has not approved the permissions that were asked for.',
    remedy: 'Have an administrator grant admin consent to the application, then try again.',
  },
  {
    codes: [65002],
    happened: "Microsoft's own client may not ask for these permissions.",
    why: 'Microsoft has not authorized the built-in sign-in client for them, or has withdrawn it.',
    remedy:
      'Use an application of your own for the sign-in (settings of this server), or the Manual Process.',
  },
  {
    codes: [65004],
    happened: 'The consent was declined.',
    why: 'Whoever signed in chose Cancel on the page of permissions.',
    remedy: 'Sign in again and accept the permissions.',
  },
  {
    codes: [65005, 650056],
    happened: "The application's permissions are not set up right.",
    why: 'The application lists no permissions of the service that is asked for, an administrator has not consented, or the Application ID is another one.',
    remedy:
      'Check the Application ID, correct the API permissions of the application and grant admin consent.',
  },
  {
    codes: [650057],
    happened: 'The application asks for a service that it does not list.',
    why: 'The service is not among the API permissions of the application.',
    remedy: 'Add the permissions of the service to the application and grant admin consent.',
  },
  {
    codes: [650051],
    happened: 'The application could not be set up in the organization.',
    why: 'The service principal of the application or of the service is missing or disabled in this organization, or it is made at this moment.',
    remedy: 'Wait a minute and try again; if it stays so, check the licences and enterprise applications.',
  },
  {
    codes: [650052],
    happened: 'The organization does not have the service that is asked for.',
    why: 'It is not licensed or not enabled in this organization.',
    remedy: 'Check the licences of the organization, and that Exchange Online is enabled.',
  },
  {
    codes: [650054],
    happened: 'The service that is asked for is not there any more.',
    why: 'Its service principal was removed from the organization.',
    remedy: 'Restore it in the Entra admin center, or have the licences checked.',
  },
  {
    codes: [500011],
    happened: 'The service that access was asked for does not exist in this organization.',
    why: 'Either the wrong cloud was chosen, or Exchange or SharePoint has never been set up in this organization.',
    remedy: 'Check the chosen cloud, and that the service is licensed and enabled in the organization.',
  },
  {
    codes: [50001],
    happened: 'The service that access was asked for is unknown or switched off.',
    why: 'Either the wrong cloud was chosen, or the service is disabled in this organization.',
    remedy: 'Check the chosen cloud, and that the service is licensed and enabled in the organization.',
  },
  {
    codes: [90008],
    happened: 'The application asked for a token for itself.',
    why: 'It lacks the permission to sign users in.',
    remedy: 'Add the delegated permission User.Read to the application and grant admin consent.',
  },
  {
    codes: [90093],
    happened: 'The directory refused the request.',
    why: 'The account may not consent to what was asked for.',
    remedy: 'Sign in as Global Administrator or Privileged Role Administrator.',
  },
  {
    codes: [90094],
    happened: 'An administrator must approve the application.',
    why: 'The permissions need admin consent, and the signed-in account cannot give it.',
    remedy:
      'Hand the link to an administrator, or sign in as one (activate the role first if it is only eligible).',
  },
  {
    codes: [90095],
    happened: 'The approval was requested from the administrators.',
    why: 'The organization uses the workflow for admin consent requests.',
    remedy: 'Wait until an administrator has approved the request, then sign in again.',
  },
  {
    codes: [900941],
    happened: 'An administrator must approve the application.',
    why: 'Microsoft counts the application as risky, usually because its publisher is not verified.',
    remedy: 'Have an administrator consent, or use the Manual Process.',
  },
  {
    codes: [900981],
    happened: 'The approval of an application that counts as risky was requested from the administrators.',
    why: 'Microsoft counts the application as risky, usually because its publisher is not verified, and the organization uses the workflow for admin consent requests.',
    remedy: 'Wait until an administrator has approved it, or use the Manual Process.',
  },
]
