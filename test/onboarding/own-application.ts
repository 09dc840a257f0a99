/** The operator's own application for sign-ins: registered by hand in the operator's own tenant, as the settings page says. */
import { addVisitingApplication } from '../../simulator/tenant/index.ts'
import type { SignInCloudView } from '../../src/contract/index.ts'
import { type Lab, operatorId } from './lab.ts'

export const externalAddress = 'https://backup.example'
const needed = ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'User.Read']

export interface OwnApplication {
  readonly clientId: string
  readonly homeTenant: string
  readonly secret: string
}

/** Registers the application in its own tenant. */
export function registerOwn(
  lab: Lab,
  {
    kind = 'password',
    certificatePem,
    scopes = needed,
  }: { kind?: 'password' | 'certificate'; certificatePem?: string; scopes?: string[] } = {},
): OwnApplication {
  const { directory, clock } = lab.tenant()
  const secret = 'own~application-secret-value'
  const { appId, home } = addVisitingApplication(
    directory,
    {
      redirectUris: [`${externalAddress}/microsoft/return`],
      scopes,
      ...(kind === 'password' ? { secret } : { certificatePem: certificatePem ?? '' }),
    },
    clock.now(),
  )
  return { clientId: appId, homeTenant: home.domain, secret }
}

/** The whole set-up: external address, registration, and the saved settings. */
export async function ownApplication(
  lab: Lab,
  kind: 'password' | 'certificate' = 'password',
  scopes?: string[],
): Promise<{ own: OwnApplication; saved: SignInCloudView }> {
  await lab.clients.setExternalAddress(externalAddress)
  const common = { kind, ...(scopes && { scopes }) }
  const own =
    kind === 'password'
      ? registerOwn(lab, common)
      : registerOwn(lab, {
          ...common,
          certificatePem: (await lab.clients.makeCertificate('global', operatorId)).certificatePem,
        })
  const { clientId, homeTenant, secret } = own
  const saved = await lab.clients.save(
    'global',
    {
      clientId,
      homeTenant,
      credential: kind === 'password' ? { kind, secret } : { kind },
      operatorPassword: 'asked for by the route',
    },
    operatorId,
  )
  return { own, saved }
}
