import type { CredentialKind, RegistrationGuide } from '../contract/index.ts'
import {
  azureCliScript,
  powerShellScript,
  type RegisteredCredential,
  type Registration,
  registrationSteps,
} from '../microsoft/index.ts'
import { credentialName } from './application-context.ts'
import { applicationName } from './application-step.ts'
import { permissionsOf } from './offered-permissions.ts'
import { cloudOf, type OnboardingParts, requireOwnStep } from './parts.ts'
import type { OnboardingRow } from './view.ts'

/** How long a password made by the instructions lasts at most. */
const passwordDays = 365
const dayMs = 24 * 60 * 60 * 1000

/** How to register the application of this onboarding, by hand and by scripts. @throws ONB_WRONG_METHOD */
export function registrationGuide(
  parts: OnboardingParts,
  row: OnboardingRow,
  kind: CredentialKind = row.credential_kind,
): RegistrationGuide {
  requireOwnStep(row, 'manual')
  const cloud = cloudOf(parts, row)
  const registration: Registration = {
    cloud,
    permissions: permissionsOf(cloud, row),
    displayName: applicationName(parts.instanceName),
    uniqueName: row.unique_name,
    notes: 'Registered by an administrator for BDRCloud Server, to back up this organization.',
    credential: credential(parts, row, kind),
  }
  return {
    steps: registrationSteps(registration).map((step) => ({ ...step, items: [...step.items] })),
    scripts: [
      {
        id: 'powershell',
        title: 'PowerShell (Graph module)',
        fileName: 'register-bdrcloud.ps1',
        text: powerShellScript(registration),
      },
      {
        id: 'azure-cli',
        title: 'Azure CLI (bash)',
        fileName: 'register-bdrcloud.sh',
        text: azureCliScript(registration),
      },
    ],
  }
}

function credential(
  { microsoft }: OnboardingParts,
  row: OnboardingRow,
  kind: CredentialKind,
): RegisteredCredential {
  const displayName = credentialName(row)
  if (kind === 'certificate') return { kind, displayName, certificatePem: row.certificate_pem }
  return { kind, displayName, endDateTime: new Date(microsoft.clock.now() + passwordDays * dayMs) }
}
