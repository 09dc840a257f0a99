/** What can be seen of the application: by the permissions in its token, and by its own eyes where they allow it. */
import type { InspectionJson } from '../../database/index.ts'
import { type GraphClient, readOwnApplication } from '../../microsoft/index.ts'

export type Inspection = InspectionJson

/** The server's own credentials, that nobody has to be told about. */
export interface OwnCredentials {
  readonly keyIds: readonly string[]
  /** SHA-1 thumbprints of certificates, as Microsoft writes them: base64. */
  readonly thumbprints: readonly string[]
}

/** Permissions with which an application may read applications (Microsoft Graph, "Get application", 2026). */
const readingPermissions = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]

/** @throws MicrosoftError when Microsoft fails in passing; a refusal only means that nothing is seen */
export async function inspect(
  graph: GraphClient,
  application: { readonly id: string; readonly own: OwnCredentials },
  roles: readonly string[],
  signal?: AbortSignal,
): Promise<Inspection> {
  const mayLook = roles.some((role) => readingPermissions.includes(role))
  const seen = mayLook ? await readOwnApplication(graph, application.id, signal) : null
  const { keyIds, thumbprints } = application.own
  const foreign = <T extends { keyId: string; displayName: string; endDateTime: string }>(
    credentials: readonly T[],
    kind: 'password' | 'certificate',
    isOurs: (one: T) => boolean,
  ) =>
    credentials
      .filter((one) => !keyIds.includes(one.keyId) && !isOurs(one))
      .map((one) => ({ id: one.keyId, name: one.displayName, kind, endsAt: one.endDateTime }))
  return {
    roles: roles.toSorted(),
    application: seen && {
      credentials: [
        ...foreign(seen.passwords, 'password', () => false),
        ...foreign(seen.certificates, 'certificate', ({ customKeyIdentifier: one }) =>
          thumbprints.includes(one ?? ''),
        ),
      ],
      owners: seen.owners.map(({ id, displayName }) => ({ id, name: displayName })),
    },
  }
}
