/**
 * AADSTS numbers in words. Only for people: programs branch on the OAuth `error` or on coarse categories, since Microsoft
 * may change these numbers. Source: Microsoft Entra "Authentication and authorization error codes", November 2026, and observed answers.
 */
import type { Explanation } from './explanation.ts'

interface Row extends Explanation {
  readonly codes: readonly number[]
}

const rows: readonly Row[] = [
  {
    codes: [16000],
    happened: 'The signed-in account cannot be used for this application here.',
    why: 'The browser is signed in with an account of another provider or another organization.',
    remedy:
      'Sign out or open a private window, and use a work account of the organization that is being added.',
  },
  {
    codes: [50011],
    happened: 'The address to come back to is not registered with the application.',
    why: 'Microsoft sends the browser only to addresses that the application lists.',
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
    codes: [50020],
    happened: 'The account belongs to another organization.',
    why: 'The account that signed in is not a member of the organization that is being added.',
    remedy: 'Sign in with an account of the organization that is being added.',
  },
  {
    codes: [50034],
    happened: 'The account does not exist in this organization.',
    why: 'The user name is misspelt, or it belongs to another organization.',
    remedy: 'Check the spelling and the organization, then sign in again.',
  },
  {
    codes: [50053],
    happened: 'The account is locked.',
    why: 'There were too many failed sign-ins, or the sign-in came from an address with a bad reputation.',
    remedy: 'Wait a while, or have an administrator unblock the account in the Entra admin center.',
  },
  {
    codes: [50055, 50144],
    happened: "The account's password has expired.",
    why: 'The organization limits the age of passwords.',
    remedy: 'Change the password, then sign in again.',
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
    codes: [50059, 90019],
    happened: 'Microsoft cannot tell which organization is meant.',
    why: 'The request carried no tenant.',
    remedy: "Use the organization's tenant id or one of its domains.",
  },
  {
    codes: [50072, 50079],
    happened: 'The account must register for multifactor authentication first.',
    why: 'The organization requires a second factor, and this account has none yet.',
    remedy: 'Register a second factor for the account (aka.ms/mfasetup), then sign in again.',
  },
  {
    codes: [50074, 50076, 50078],
    happened: 'A second factor is required.',
    why: 'The organization asks for multifactor authentication, and it was not completed or has expired.',
    remedy: 'Sign in again and complete the second factor.',
  },
  {
    codes: [50097, 530003, 53000, 53001],
    happened: 'The device is not accepted for this sign-in.',
    why: 'A Conditional Access policy wants a registered, managed, joined or compliant device, which a device code cannot prove.',
    remedy:
      'Sign in with the Automatic Credential Process in a browser on a managed device, or use the Manual Process.',
  },
  {
    codes: [50105],
    happened: 'The account is not assigned to the application.',
    why: 'The enterprise application lets only assigned users in.',
    remedy: 'Assign the user to the enterprise application in the Entra admin center, then sign in again.',
  },
  {
    codes: [50126],
    happened: 'User name or password is wrong.',
    why: 'Microsoft could not match them.',
    remedy: 'Sign in again.',
  },
  {
    codes: [50132, 50133, 50173],
    happened: 'The Microsoft session has ended.',
    why: 'It was revoked, or the password changed since.',
    remedy: 'Sign in again.',
  },
  {
    codes: [50158],
    happened: 'An outside check of the sign-in was not passed.',
    why: 'The organization uses a second factor of another provider, which was not completed.',
    remedy: "Sign in again and complete the provider's check.",
  },
  {
    codes: [50194],
    happened: 'The application serves one organization only.',
    why: 'It is registered as single-tenant but was addressed without naming the organization.',
    remedy: "Use the organization's tenant id.",
  },
  {
    codes: [50196],
    happened: 'Microsoft stopped a loop of identical requests.',
    why: 'The same token was asked for too many times in a short while.',
    remedy: 'Wait a few minutes. If it happens again, report it with the log of this server.',
  },
  {
    codes: [50199],
    happened: 'Microsoft asks for a confirmation first.',
    why: 'The sign-in page shows a question that was not answered.',
    remedy: 'Sign in again and finish the page.',
  },
  {
    codes: [53002, 53003, 530032, 530035],
    happened: 'A policy of the organization blocks this sign-in.',
    why: 'Conditional Access, an approved-application rule or the security defaults refuse it; device codes are blocked in many organizations.',
    remedy:
      'Look at Entra admin center > Sign-in logs > Conditional Access for the policy, or use another way of adding the organization.',
  },
  {
    codes: [53004, 53011],
    happened: 'The account is blocked because of a risk.',
    why: 'Microsoft Entra ID Protection sees suspicious activity, or a risky registration of a second factor.',
    remedy: 'Have the risk remediated in the Entra admin center, or use another administrator.',
  },
  {
    codes: [54005],
    happened: 'The sign-in was already used.',
    why: 'The code that the browser brought back works once, for example not after reloading the page.',
    remedy: 'Start the sign-in again.',
  },
  {
    codes: [65001],
    happened: 'Nobody has consented to this application yet.',
    why: 'The organization has not approved the permissions that were asked for.',
    remedy: 'Have an administrator grant admin consent to the application.',
  },
  {
    codes: [65002],
    happened: "Microsoft's own client may not ask for these permissions.",
    why: 'Microsoft has not authorized the built-in sign-in client for them, or has withdrawn it.',
    remedy: 'Use an application of your own for the sign-in, or the Manual Process.',
  },
  {
    codes: [65004],
    happened: 'The consent was declined.',
    why: 'Whoever signed in chose Cancel on the page of permissions.',
    remedy: 'Sign in again and accept the permissions.',
  },
  {
    codes: [650051, 650052],
    happened: 'The organization does not have the service that is asked for.',
    why: 'It is not licensed, or its service principal is missing in this organization.',
    remedy: 'Check the licences of the organization.',
  },
  {
    codes: [650056, 650057],
    happened: "The application's permissions are not set up right.",
    why: 'The service that is asked for is not among the API permissions of the application.',
    remedy: 'Correct the API permissions of the application and grant admin consent.',
  },
  {
    codes: [70000, 70008, 700082, 70043],
    happened: 'The sign-in is no longer valid.',
    why: 'The code or token has expired, was not used for too long, or the organization limits how long a sign-in lasts.',
    remedy: 'Sign in again.',
  },
  {
    codes: [700011, 700016],
    happened: 'The application does not exist in this organization.',
    why: 'Application ID, Tenant ID or cloud is wrong, or the application was deleted; one made moments ago may not be known everywhere yet.',
    remedy:
      'Check Application ID, Tenant ID and cloud. If the application is new, wait a minute and try again.',
  },
  {
    codes: [70001, 7000112, 1000031],
    happened: 'The application is disabled.',
    why: 'An administrator or Microsoft has switched it off in this organization.',
    remedy: 'Enable sign-in for the enterprise application in the Entra admin center.',
  },
  {
    codes: [70011],
    happened: 'The permissions were asked for in a form that is not valid.',
    why: 'Their address does not belong to this cloud.',
    remedy: 'Check the chosen cloud and the addresses configured for it.',
  },
  {
    codes: [70016],
    happened: 'The one-time code has not been entered yet.',
    why: 'Microsoft still waits for the sign-in on the other device.',
    remedy: 'Enter the code on the page shown and finish the sign-in.',
  },
  {
    codes: [70018, 70019, 70020],
    happened: 'The one-time code is not valid.',
    why: 'It has expired or was mistyped.',
    remedy: 'Ask for a new code.',
  },
  {
    codes: [7000215],
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
    remedy: 'Create a new secret for the application and enter it here.',
  },
  {
    codes: [7000229],
    happened: 'The application is registered but not present in this organization.',
    why: 'It has no service principal (enterprise application) here; one made moments ago may not be known everywhere yet.',
    remedy:
      'Grant admin consent or create the enterprise application. If it is new, wait a minute and try again.',
  },
  {
    codes: [700022],
    happened: 'One request asked for permissions of several services.',
    why: 'Microsoft gives a token for one service at a time.',
    remedy: 'Report this with the log of the server.',
  },
  {
    codes: [700025],
    happened: 'A public client sent a credential.',
    why: 'The application used for the sign-in must not have a password or certificate.',
    remedy: 'Check the sign-in application in the settings of this server.',
  },
  {
    codes: [700027, 700030, 50012],
    happened: 'The Application Certificate is not accepted.',
    why: 'Its public part is not registered with the application, or does not belong to the private key used; a new one takes a minute to be known.',
    remedy: 'Upload the matching certificate to the application, and check the clock of this server.',
  },
  {
    codes: [700024],
    happened: "The server's proof of identity is outside its time of validity.",
    why: 'The clock of this server differs from the real time.',
    remedy: 'Set the clock of this server right (NTP), then try again.',
  },
  {
    codes: [700005],
    happened: 'The sign-in was redeemed at another organization than it was made for.',
    why: 'The organization changed between the sign-in and its completion.',
    remedy: 'Start the sign-in again; if it stays so, report it with the log of the server.',
  },
  {
    codes: [700054],
    happened: 'The application may not ask for an identity token on the sign-in page.',
    why: 'Identity tokens are not enabled for it.',
    remedy: 'Report this with the log of the server.',
  },
  {
    codes: [90002, 900023],
    happened: 'The organization was not found.',
    why: 'Tenant ID or domain is misspelt, or the organization belongs to another cloud.',
    remedy: 'Check the Tenant ID or domain, and try another cloud.',
  },
  {
    codes: [90008],
    happened: 'The application asked for a token for itself.',
    why: 'It lacks the permission to sign users in.',
    remedy: 'Add the delegated permission User.Read to the application.',
  },
  {
    codes: [90014, 900144],
    happened: 'The request lacked something that Microsoft needs.',
    why: 'A required parameter is missing.',
    remedy: 'Report this with the log of the server.',
  },
  {
    codes: [90033, 90006, 90024, 90090, 50033, 90012],
    happened: "Microsoft's sign-in service has a passing failure.",
    why: 'One of its parts is overloaded or does not answer.',
    remedy: 'The server tries again by itself; if it stays so, look at the service health of Microsoft 365.',
  },
  {
    codes: [90038, 900439, 900382, 900432],
    happened: 'The organization belongs to another cloud.',
    why: 'Each national cloud has a sign-in of its own, and applications do not work across clouds.',
    remedy: 'Choose the cloud of the organization.',
  },
  {
    codes: [90055],
    happened: 'Microsoft limits the sign-ins of this organization.',
    why: 'There were too many requests.',
    remedy: 'Wait; the server tries again by itself.',
  },
  {
    codes: [90072],
    happened: 'The account comes from outside the organization.',
    why: 'It would have to be added as a guest before it can pass the second factor here.',
    remedy: 'Use an administrator whose home is the organization that is being added.',
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
    remedy: 'Hand the link to an administrator, or sign in as one.',
  },
  {
    codes: [90095],
    happened: 'The approval was requested from the administrators.',
    why: 'The organization uses the workflow for admin consent requests.',
    remedy: 'Wait until an administrator has approved the request, then sign in again.',
  },
  {
    codes: [900941, 900981],
    happened: 'An administrator must approve the application.',
    why: 'Microsoft counts the application as risky, usually because its publisher is not verified.',
    remedy: 'Have an administrator consent, or use the Manual Process.',
  },
  {
    codes: [90099],
    happened: 'The application is not authorized in the customer organization.',
    why: "A partner's administrator signed in, but the customer has not approved the application.",
    remedy:
      'Have the application approved in the customer organization, or use an administrator of the customer.',
  },
  {
    codes: [9002326],
    happened: 'The sign-in was redeemed from a browser.',
    why: 'Microsoft allows that for single-page applications only.',
    remedy: 'Report this with the log of the server: it must redeem the sign-in itself.',
  },
  {
    codes: [9001023],
    happened: 'Microsoft needs to know the organization for this request.',
    why: 'It was sent to the address for all organizations.',
    remedy: "Use the organization's tenant id.",
  },
]

const byNumber = new Map(rows.flatMap((row) => row.codes.map((code) => [code, row] as const)))

export function explainAadsts(number: number): Explanation | undefined {
  return byNumber.get(number)
}
