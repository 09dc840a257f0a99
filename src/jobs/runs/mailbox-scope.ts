/**
 * Which refusals mean that Exchange gave the application a scope and the mailbox is outside of it. Two ways lead there: RBAC for
 * Applications, where the token names no permission for mail because Exchange grants it mailbox by mailbox, and the older
 * application access policies, which keep an application with such a permission out of other mailboxes. (Microsoft Exchange
 * Online, "Role Based Access Control for Applications" and "Limiting application permissions to specific mailboxes", 2026.)
 */
import {
  isAccessDenied,
  isMicrosoftError,
  type WorkloadId,
  workloadPermissions,
} from '../../microsoft/index.ts'
import type { ApplicationAccess } from '../../organizations/index.ts'

/** Neither way knows of tasks and files. */
const scoped: readonly WorkloadId[] = ['mail', 'calendar', 'contacts']

/** The only sign of a policy is the text: code and status are those of any refusal. */
const policyText = /Access to OData is disabled/i

/** Whether a mailbox could not be read because it is outside the scope that Exchange gave the application. */
export async function isOutOfScope(
  { tokens }: Pick<ApplicationAccess, 'tokens'>,
  workload: WorkloadId,
  error: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (!scoped.includes(workload) || !isAccessDenied(error)) return false
  if (isMicrosoftError(error) && policyText.test(error.microsoft.microsoftMessage)) return true
  const { roles } = await tokens.token(signal)
  const permissions = workloadPermissions(workload).map(({ value }) => value)
  return !roles.some((role) => permissions.includes(role))
}
