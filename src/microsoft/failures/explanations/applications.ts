/** AADSTS numbers about the application: its registration, its credential, how it signs in. */
import { type ExplanationRow, reportIt } from '../explanation.ts'

export const applicationExplanations: readonly ExplanationRow[] = [
  {
    codes: [50011],
    happened: 'The address to come back to is not registered with the application.',
    why: 'Microsoft sends the browser only to addresses that the application lists, letter for letter.',
    remedy:
      'Add exactly the address shown by this server under Authentication of the application, then sign in again.',
  },
  {
    codes: [500113, 900971],
    happened: 'The application has no address to come back to.',
    why: 'An application without a person using it needs none, so after an administrator has consented this does no harm.',
    remedy:
      'If consent was given, go on. Otherwise add a redirect address under Authentication of the application.',
  },
  {
    codes: [700011],
    happened: 'The application does not exist in this organization.',
    why: 'Application ID, Tenant ID or cloud is wrong, or the application was deleted.',
    remedy: 'Check Application ID, Tenant ID and cloud.',
  },
  {
    codes: [700016],
    happened: 'The application was not found in this organization.',
    why: 'Application ID, Tenant ID or cloud is wrong, or the application was deleted; one made moments ago may not be known everywhere yet.',
    remedy:
      'Check Application ID, Tenant ID and cloud. If the application is new, wait a minute and try again.',
  },
  {
    codes: [70001, 7000112],
    happened: 'The application is disabled.',
    why: "'Enabled for users to sign in' is switched off in its enterprise application.",
    remedy: 'Switch it on under Entra admin center > Enterprise applications > Properties.',
  },
  {
    codes: [1000031],
    happened: 'The application cannot be accessed at this time.',
    why: 'Microsoft or an administrator has blocked it in this organization.',
    remedy:
      'Look at the application in the Entra admin center; if Microsoft disabled it, add the organization with a new application.',
  },
  {
    codes: [50194],
    happened: 'The application serves one organization only.',
    why: 'It is registered as single-tenant but was addressed without naming the organization.',
    remedy: "Use the organization's tenant id, or register the application for several organizations.",
  },
  {
    codes: [70002, 7000215],
    happened: 'The Application Password is wrong.',
    why: "Often the secret's ID was pasted instead of its Value; a new secret also takes up to two minutes to be known everywhere.",
    remedy: "Check that the secret's Value is used. If the secret is new, wait two minutes and try again.",
  },
  {
    codes: [7000218],
    happened: 'The request carried no credential.',
    why: 'The application is not marked as a public client, or the Application Password or Certificate is missing.',
    remedy:
      'Supply the credential, or enable "Allow public client flows" under Authentication of the application.',
  },
  {
    codes: [7000222],
    happened: 'The Application Password has expired.',
    why: 'Its end date has passed.',
    remedy: 'Create a new secret for the application and enter it here, or change to a certificate.',
  },
  {
    codes: [7000229],
    happened: 'The application is registered but not present in this organization.',
    why: 'It has no service principal (enterprise application) here; one made moments ago may not be known everywhere yet.',
    remedy:
      'Grant admin consent or create the enterprise application. If it is new, wait a minute and try again.',
  },
  {
    codes: [700025],
    happened: 'A public client sent a credential.',
    why: 'The application used for the sign-in is a public client and must not have a password or certificate.',
    remedy: 'Check the sign-in application in the settings of this server.',
  },
  {
    codes: [700027],
    happened: 'The Application Certificate is not accepted.',
    why: 'Its public part is not registered with the application, or does not belong to the private key used; a new one takes a minute to be known.',
    remedy: 'Upload the matching certificate to the application, and check the clock of this server.',
  },
  {
    codes: [700030],
    happened: 'The subject of the Application Certificate is not authorized.',
    why: 'The application or a policy of the organization accepts certificates of certain names only.',
    remedy: 'Use a certificate with an accepted subject name, or have the policy changed.',
  },
  {
    codes: [50012],
    happened: 'The Application Certificate was not accepted.',
    why: 'Its thumbprint, subject or chain is not authorized, or the signature made with it is wrong.',
    remedy: 'Upload the matching certificate to the application, and check the clock of this server.',
  },
  {
    codes: [50013, 50027, 700021, 700023],
    happened: "The server's proof of identity is not accepted.",
    why: 'It is malformed, or it was made for another application, organization or cloud.',
    remedy: 'Check Application ID, Tenant ID and cloud, and the clock of this server.',
  },
  {
    codes: [700024],
    happened: "The server's proof of identity is outside its time of validity.",
    why: "The clock of this server differs from Microsoft's.",
    remedy: 'Set the clock of this server right (NTP), then try again.',
  },
  {
    codes: [700054],
    happened: 'The application may not ask for an identity token on the sign-in page.',
    why: 'Identity tokens are not enabled for it.',
    remedy: reportIt,
  },
]
