import type { Registration, RegistrationStep } from './registration.ts'

/**
 * How to register the application by hand in the Entra admin center of the cloud. Names of pages as of November 2026; the
 * address leads to the portal and not to a page in it, since those addresses change.
 */
export function registrationSteps(registration: Registration): RegistrationStep[] {
  const { cloud, permissions, displayName } = registration
  const here = (title: string, text: string, items: readonly string[] = []): RegistrationStep => ({
    title,
    text,
    address: null,
    items,
  })
  return [
    {
      title: 'Open the Microsoft Entra admin center',
      text: 'Sign in as a Global Administrator or Privileged Role Administrator of the organization, and go to App registrations > New registration.',
      address: cloud.portal.entra,
      items: [],
    },
    here(
      'Register the application',
      'Type the name, choose accounts in this organizational directory only (single tenant), leave the redirect URI empty, and choose Register.',
      [displayName],
    ),
    here(
      'Choose the permissions',
      'API permissions > Add a permission > Microsoft Graph > Application permissions (not delegated ones): choose exactly these. The delegated User.Read that the portal adds by itself is not needed and can be removed.',
      permissions.map(({ value }) => value),
    ),
    here(
      'Grant them',
      'On the same page choose Grant admin consent. Each permission has to show Granted afterwards.',
    ),
    credentialStep(registration),
    here('Copy the ids', 'From the Overview of the application copy these two into the fields below.', [
      'Directory (tenant) ID',
      'Application (client) ID',
    ]),
  ]
}

function credentialStep({ credential }: Registration): RegistrationStep {
  const title = credential.kind === 'password' ? 'Make the password' : 'Upload the certificate'
  const text =
    credential.kind === 'password'
      ? 'Certificates & secrets > Client secrets > New client secret. Copy the Value at once, since it is shown only now. The Secret ID is not the password.'
      : 'Certificates & secrets > Certificates > Upload certificate: the public part, which can be downloaded below once the certificate is made here. The private key is not uploaded.'
  const items =
    credential.kind === 'password'
      ? [
          credential.displayName,
          `Expires: ${credential.endDateTime.toISOString().slice(0, 10)} at the latest`,
        ]
      : []
  return { title, text, address: null, items }
}
