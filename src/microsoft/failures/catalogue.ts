/**
 * Every Microsoft error with words of its own. Only for people: programs branch on the OAuth `error` or on coarse categories, since
 * Microsoft may change numbers and texts. Source: Microsoft Entra "authentication and authorization error codes", Microsoft
 * Graph "error responses", the services' own pages and observed answers, November 2026.
 */
import type { Explanation, ExplanationRow, TextExplanation } from './explanation.ts'
import { accountExplanations } from './explanations/accounts.ts'
import { applicationExplanations } from './explanations/applications.ts'
import { consentExplanations } from './explanations/consent.ts'
import { graphDirectoryExplanations } from './explanations/graph-directory.ts'
import { graphServiceExplanations } from './explanations/graph-services.ts'
import { oauthExplanations } from './explanations/oauth.ts'
import { policyExplanations } from './explanations/policies.ts'
import { serviceExplanations } from './explanations/service.ts'
import { signInCodeExplanations } from './explanations/sign-in-codes.ts'
import { statusExplanations } from './explanations/statuses.ts'
import { tenantExplanations } from './explanations/tenants.ts'
import { textExplanations } from './explanations/texts.ts'

/** By subject, in the order of an onboarding: for the generated page. */
export const explanationSections: readonly (readonly [string, readonly ExplanationRow[]])[] = [
  ['Sign-in: the account', accountExplanations],
  ['Sign-in: second factors, devices and policies', policyExplanations],
  ['Sign-in: codes and tokens', signInCodeExplanations],
  ['Organization and cloud', tenantExplanations],
  ['Consent and permissions', consentExplanations],
  ['Application and credential', applicationExplanations],
  ['Sign-in service', serviceExplanations],
  ['OAuth errors without a number', oauthExplanations],
  ['Microsoft Graph: directory', graphDirectoryExplanations],
  ['Microsoft Graph: services', graphServiceExplanations],
  ['Answers without a code', statusExplanations],
]

const byCode = new Map(
  explanationSections.flatMap(([, rows]) =>
    rows.flatMap((row) => row.codes.map((code) => [String(code).toLowerCase(), row] as const)),
  ),
)

/** The explanation of an AADSTS number, an OAuth error or a code of Graph. Letter case varies between services, so it is not looked at. */
export function findExplanation(code: number | string): Explanation | undefined {
  return byCode.get(String(code).toLowerCase())
}

/**
 * An error that a person read somewhere and typed in, e.g. `50105` or `AADSTS50105`.
 * @returns undefined when there are no words for it
 */
export function explainCode(typed: string): (Explanation & { readonly code: string }) | undefined {
  const number = /^(?:AADSTS)?(\d{3,8})$/i.exec(typed)?.[1]
  const found = findExplanation(number ?? typed)
  if (!found) return undefined
  const { happened, why, remedy } = found
  return { code: number === undefined ? typed : `AADSTS${number}`, happened, why, remedy }
}

/** Where Microsoft itself explains an error of its sign-in. */
export function lookUpAddress(typed: string): string {
  return `https://login.microsoftonline.com/error?code=${encodeURIComponent(typed.replace(/^AADSTS/i, ''))}`
}

/** The explanation of a text, where the code alone stands for several things. */
export function findTextExplanation(codes: readonly string[], text: string): TextExplanation | undefined {
  return textExplanations.find(
    (row) =>
      (row.code === '' || codes.some((code) => code.toLowerCase() === row.code.toLowerCase())) &&
      row.text.test(text),
  )
}

export { textExplanations }
