import { explainAadsts } from './aadsts-explanations.ts'
import type { Explanation } from './explanation.ts'
import { explainGraphCode } from './graph-explanations.ts'
import type { MicrosoftFacts } from './microsoft-error.ts'

/**
 * Says in words what happened, why, and what to do. Numbers and codes without words of their own fall back to
 * Microsoft's own text.
 */
export function explainMicrosoftError(
  facts: Pick<MicrosoftFacts, 'microsoftCode' | 'microsoftMessage'> &
    Partial<Pick<MicrosoftFacts, 'aadsts' | 'oauthError' | 'requiredPermissions' | 'httpStatus'>>,
): Explanation {
  if (facts.requiredPermissions && facts.requiredPermissions.length > 0) {
    const names = facts.requiredPermissions.join(', ')
    return {
      happened: 'The service denies the request.',
      why: `The application has none of the permissions that would allow it: ${names}.`,
      remedy: `Grant one of these permissions to the application: ${names}.`,
    }
  }
  const accessPolicy = /Access to OData is disabled/i.test(facts.microsoftMessage)
  if (accessPolicy) {
    return {
      happened: 'Exchange denies access to the mailbox.',
      why: 'An application access policy of Exchange leaves this mailbox out.',
      remedy: 'Include the mailbox in the policy; a change takes up to two hours to be effective.',
    }
  }
  const known =
    (facts.aadsts === undefined ? undefined : explainAadsts(facts.aadsts)) ??
    explainGraphCode(facts.microsoftCode) ??
    (facts.oauthError === undefined ? undefined : explainGraphCode(facts.oauthError))
  if (known && facts.aadsts === undefined) return known
  if (known && explainAadsts(facts.aadsts ?? 0)) return known
  return {
    happened: sentence(facts.microsoftMessage) || `It answered with "${facts.microsoftCode}".`,
    why: facts.httpStatus === undefined ? '' : `(Status ${facts.httpStatus}, ${facts.microsoftCode}.)`,
    remedy:
      known?.remedy ??
      "Act on Microsoft's text; if it does not help, ask Microsoft support with the correlation id and time.",
  }
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
