import { findExplanation, findTextExplanation } from './catalogue.ts'
import type { Explanation } from './explanation.ts'
import type { MicrosoftFacts } from './microsoft-error.ts'

/**
 * Says in words what happened, why, and what to do. Numbers and codes without words of their own fall back to
 * Microsoft's own text.
 */
export function explainMicrosoftError(
  facts: Pick<MicrosoftFacts, 'microsoftCode' | 'microsoftMessage'> &
    Partial<Pick<MicrosoftFacts, 'aadsts' | 'codes' | 'oauthError' | 'requiredPermissions'>>,
): Explanation {
  const { microsoftCode, microsoftMessage, aadsts, oauthError, requiredPermissions = [] } = facts
  if (requiredPermissions.length > 0) {
    const names = requiredPermissions.join(', ')
    return {
      happened: 'The service denies the request.',
      why: `The application has none of the permissions that would allow it: ${names}.`,
      remedy: `Grant one of these permissions to the application: ${names}.`,
    }
  }
  if (aadsts !== undefined)
    return findExplanation(aadsts) ?? ownText(facts, findExplanation(oauthError ?? ''))
  return (
    findTextExplanation([microsoftCode, ...(facts.codes ?? [])], microsoftMessage) ??
    findExplanation(microsoftCode) ??
    findExplanation(oauthError ?? '') ??
    ownText(facts)
  )
}

/** Microsoft's own text, with the remedy of the coarser code where that has one. */
function ownText(
  { microsoftCode, microsoftMessage }: Pick<MicrosoftFacts, 'microsoftCode' | 'microsoftMessage'>,
  coarse?: Explanation,
): Explanation {
  return {
    happened: sentence(microsoftMessage) || `It answered with "${microsoftCode}" and no text.`,
    why: '',
    remedy:
      coarse?.remedy ??
      "Act on Microsoft's text; if it does not help, ask Microsoft support with the correlation id and time.",
  }
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
