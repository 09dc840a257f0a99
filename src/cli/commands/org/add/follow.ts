import type { ApplicationPassword, OnboardingView } from '../../../../contract/index.ts'
import type { ApiClient } from '../../../client.ts'
import { fail } from '../../../errors.ts'
import { errorLines, ProblemError } from '../../../problem-error.ts'
import { ask, confirm, isTerminal, note, plain, progress } from '../../../terminal.ts'
import type { Authorization } from './authorize.ts'
import type { AddOptions } from './options.ts'

export interface Followed {
  readonly view: OnboardingView
  /** With `--show-password` only. */
  readonly applicationPassword?: string
}

/** Asks and answers until the onboarding is saved. Throws when it failed, was cancelled or expired. */
export async function follow(
  client: ApiClient,
  first: OnboardingView,
  authorization: Authorization,
  options: AddOptions,
): Promise<Followed> {
  const path = `/onboardings/${first.id}`
  let password: string | undefined
  let told: string | undefined
  for (let view = first; ; view = await client.get<OnboardingView>(path)) {
    const problem = view.error && isOpen(view) ? new ProblemError(view.error) : undefined
    const lines = problem && errorLines(problem).join('\n')
    if (lines !== undefined && lines !== told) progress(lines, true)
    told = lines
    progress(describe(view))
    switch (view.state) {
      case 'started':
        await authorization.show()
        break
      case 'signing-in':
        if (problem ?? view.notice) await again(view, problem, authorization)
        break
      case 'code-shown':
        if (view.deviceCode === null) await again(view, problem, authorization)
        break
      case 'need-admin-approval':
        progress(`Need Admin Approval: ${plain(view.approval?.explanation ?? '')}`, true)
        await again(view, undefined, authorization)
        break
      case 'awaiting-grant':
        showGrant(view)
        await confirm('Grant Access?', '--yes', options.yes)
        await client.post(`${path}/grant`)
        break
      case 'completing':
        if (options.showPassword && view.completion?.passwordAvailable) {
          const answer = await client.post<ApplicationPassword>(`${path}/application-password`)
          password = answer.applicationPassword
        }
        await saveOnboarding(client, view, options)
        break
      case 'saved':
        progress('Saved.', true)
        return { view, ...(password !== undefined && { applicationPassword: password }) }
      case 'failed':
      case 'cancelled':
      case 'expired':
        throw ended(view)
      case 'creating':
      case 'verifying':
        break
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

/** 'Save'. */
export async function saveOnboarding(
  client: ApiClient,
  view: OnboardingView,
  options: AddOptions,
): Promise<OnboardingView> {
  const proposed = view.completion?.organizationName || view.tenant?.name || 'Microsoft 365 organization'
  const organizationName = options.name ?? proposed
  return client.post<OnboardingView>(`/onboardings/${view.id}/save`, { organizationName })
}

/** Another sign-in, when somebody is there to make one; else the reason ends the command. */
async function again(
  view: OnboardingView,
  problem: ProblemError | undefined,
  authorization: Authorization,
): Promise<void> {
  if (!isTerminal()) {
    throw (
      problem ??
      fail('CLI_BAD_INPUT', {
        what: plain(view.approval?.explanation ?? view.notice ?? 'Another sign-in is needed.'),
        remedy: 'Run the command again and sign in as an administrator who may grant the permissions.',
      })
    )
  }
  const answer = await ask('Sign in again? [Y/n]', '(a terminal)')
  if (/^n/i.test(answer.trim())) throw problem ?? fail('CLI_NOT_CONFIRMED', { question: 'Sign in again?' })
  await authorization.show()
}

function ended(view: OnboardingView) {
  if (view.error) {
    const lead = `The onboarding ended as "${view.state}".`
    return new ProblemError(view.error, { lead, leftovers: view.leftovers })
  }
  return fail('CLI_BAD_INPUT', {
    what: `The onboarding ended as "${view.state}".`,
    remedy: ['Start it again.', ...view.leftovers].join(' '),
  })
}

function isOpen({ state }: OnboardingView): boolean {
  return !['saved', 'failed', 'cancelled', 'expired'].includes(state)
}

function describe(view: OnboardingView): string {
  const running = view.steps.find((step) => step.state === 'running')
  if (running) return `${running.label}${running.detail ? ` – ${running.detail}` : ''}`
  return view.notice ?? `State: ${view.state}`
}

function showGrant({ tenant, account, permissions, notAvailable }: OnboardingView): void {
  progress(
    `Grant Access to ${plain(tenant?.name ?? 'the organization')}, as ${plain(account?.userPrincipalName ?? '')}:`,
    true,
  )
  for (const { value, why } of permissions) note(`  ${value}: ${why}`)
  for (const { reason } of notAvailable) note(`  ${plain(reason)}`)
}
