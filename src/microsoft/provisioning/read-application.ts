import { isNotFound } from '../failures/microsoft-error.ts'
import type { ApplicationAnswer } from './graph-shapes.ts'
import type { ApplicationInfo } from './provisioning-types.ts'

export const applicationSelect = 'id,appId,displayName,uniqueName,passwordCredentials,keyCredentials'

/** The answer, or null for what is not there. */
export async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

export function toApplication(application: ApplicationAnswer): ApplicationInfo {
  return {
    id: application.id,
    appId: application.appId,
    displayName: application.displayName ?? '',
    uniqueName: application.uniqueName ?? null,
    passwords: application.passwordCredentials.map(credential),
    certificates: application.keyCredentials.map((key) => ({
      ...credential(key),
      customKeyIdentifier: key.customKeyIdentifier ?? null,
    })),
  }
}

function credential({
  keyId,
  displayName,
  endDateTime,
}: {
  keyId?: string | null
  displayName?: string | null
  endDateTime?: string | null
}) {
  return { keyId: keyId ?? '', displayName: displayName ?? '', endDateTime: endDateTime ?? '' }
}
