import { useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  CredentialRotationView,
  MadeCertificateView,
  ReplaceCredential,
  ReplacedCredential,
  StartRotation,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useAcceptOrganization } from '../organization/organization.ts'

/** GUIDs as Microsoft's portal shows them, perhaps with blanks around from copying. */
export const guid = /^\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/i

const endStates: readonly CredentialRotationView['state'][] = ['finished', 'failed', 'cancelled']
export const isOver = ({ state }: Pick<CredentialRotationView, 'state'>): boolean => endStates.includes(state)
/** While the old certificate is still in use. */
export const canBeCancelled = ({ state }: Pick<CredentialRotationView, 'state'>): boolean =>
  state === 'adding' || state === 'proving'

function useRotationVerb<T>(organizationId: string, path: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: T) =>
      api.post<CredentialRotationView>(`/organizations/${organizationId}/${path}`, body),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.organization(organizationId) }),
  })
}
export const useStartRotation = (organizationId: string) =>
  useRotationVerb<StartRotation>(organizationId, 'rotations')
export const useCancelRotation = (organizationId: string) =>
  useRotationVerb<void>(organizationId, 'rotations/cancel')

/** The new credential must work before it replaces the old one. Nothing of it stays in the cache: it may hold a secret. */
export function useReplaceCredential(organizationId: string) {
  const accept = useAcceptOrganization()
  return useMutation({
    mutationFn: (body: ReplaceCredential) =>
      api.post<ReplacedCredential>(`/organizations/${organizationId}/credential`, body),
    gcTime: 0,
    onSuccess: ({ organization }) => accept(organization),
  })
}

/** Answers the one that waits already, unless its end is near: its public part may have been uploaded. */
export function useMakeCertificate(organizationId: string) {
  return useMutation({
    mutationFn: () =>
      api.post<MadeCertificateView>(`/organizations/${organizationId}/credential/certificate`),
  })
}
