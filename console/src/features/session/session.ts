import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
} from '@simplewebauthn/browser'
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type {
  PasskeyAssertion,
  PasskeyOptions,
  SecondStep,
  SecondStepNeeded,
  SessionView,
  SetupStatus,
  SignIn,
  StatusView,
} from '../../../../src/contract/index.ts'
import { api } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { ApiError } from '../../api/problem.ts'
import { passkeyAnswer } from './passkey-answer.ts'

/** The session, or null when nobody is signed in. Reading it also renews the CSRF token of the client. */
export const sessionQuery = queryOptions({
  queryKey: keys.session,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<SessionView | null> => {
    try {
      const session = await api.get<SessionView>('/session', { signal })
      api.setCsrfToken(session.csrfToken)
      return session
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) return null
      throw error
    }
  },
})

export const statusQuery = queryOptions({
  queryKey: keys.status,
  queryFn: ({ signal }) => api.get<StatusView>('/status', { signal }),
})

export const loadSession = (client: QueryClient) => client.ensureQueryData(sessionQuery)

export async function setupNeeded(client: QueryClient): Promise<boolean> {
  const status = await client.fetchQuery({
    queryKey: keys.setup,
    queryFn: ({ signal }) => api.get<SetupStatus>('/setup', { signal }),
    staleTime: 0,
  })
  return status.needed
}

/** Takes over a session that sign-in or set-up answered with. */
export function acceptSession(client: QueryClient, session: SessionView) {
  api.setCsrfToken(session.csrfToken)
  client.setQueryData(keys.session, session)
}

export function useSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SignIn) => api.post<SessionView | SecondStepNeeded>('/session', body),
    onSuccess: (answer) => {
      if (!needsSecondStep(answer)) acceptSession(client, answer)
    },
  })
}

/** A right password that is not enough. */
export function needsSecondStep(
  answer: SessionView | SecondStepNeeded | undefined,
): answer is SecondStepNeeded {
  return answer !== undefined && 'secondStep' in answer
}

export function useCompleteSignIn() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (answer: () => Promise<SecondStep>) =>
      api.post<SessionView>('/session/second-step', await answer()),
    onSuccess: (session) => acceptSession(client, session),
  })
}

export const passkeysOffered = () => browserSupportsWebAuthn()

/** Asks the browser for a passkey; the answer goes where the challenge belongs. */
export async function askPasskey(path: string): Promise<PasskeyAssertion> {
  const optionsJSON = await api.post<PasskeyOptions>(path, {})
  return (await passkeyAnswer(() =>
    startAuthentication({ optionsJSON: optionsJSON as PublicKeyCredentialRequestOptionsJSON }),
  )) as PasskeyAssertion
}

export function useSignInByPasskey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async () =>
      api.post<SessionView>('/session/passkey', await askPasskey('/session/passkey-options')),
    onSuccess: (session) => acceptSession(client, session),
  })
}

export function useSignOut() {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => api.remove('/session'),
    onSuccess: async () => {
      api.setCsrfToken(null)
      client.setQueryData(keys.session, null)
      await navigate({ to: '/sign-in' })
      client.clear()
    },
  })
}
