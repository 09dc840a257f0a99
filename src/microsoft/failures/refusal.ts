import { isMicrosoftError, isTransient } from './microsoft-error.ts'

/** Why Microsoft gives the application no token, as far as its answer tells. */
export type Refusal =
  | 'application-missing'
  | 'application-disabled'
  | 'credential-expired'
  | 'credential-refused'
  | 'blocked'

const numbers: ReadonlyMap<number, Refusal> = new Map([
  ...[700011, 700016, 7000229].map((number) => [number, 'application-missing'] as const),
  ...[70001, 7000112, 1000031].map((number) => [number, 'application-disabled'] as const),
  [7000222, 'credential-expired'],
  // Conditional Access for workload identities, and risk policies. (Microsoft Entra error codes, November 2026)
  ...[53003, 53002, 530032, 530035, 53004, 53011].map((number) => [number, 'blocked'] as const),
])

/**
 * Names the refusal for a report to people. Numbers change, so nothing but words depends on it. Undefined for what is no
 * refusal: a passing failure, or an error that is not Microsoft's.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!isMicrosoftError(error) || isTransient(error)) return undefined
  const { aadsts, microsoftMessage } = error.microsoft
  // An expired certificate has the number of an unknown one.
  if (aadsts === 700027 && /key used is expired/i.test(microsoftMessage)) return 'credential-expired'
  const known = aadsts === undefined ? undefined : numbers.get(aadsts)
  if (known) return known
  if (error.code === 'MSG_CREDENTIAL_REFUSED') return 'credential-refused'
  return error.code === 'MSG_SIGN_IN_REFUSED' ? 'blocked' : undefined
}
