/** The sign-in pages as HTML: account, password, multi-factor, consent, admin approval, errors. */
import type { User } from '../tenant/index.ts'
import { errorText, escapeHtml, form, page } from './html.ts'

/** Where the page's forms go: the post address, the running sign-in and its way out. */
export type Place = { readonly action: string; readonly ctx: string; readonly cancel: string }

const cancelLink = (place: Place, text = 'Cancel and go back'): string =>
  `<p><a href="${escapeHtml(place.cancel)}">${text}</a></p>`

export function accountPage(place: Place, application: string, typed = '', error?: string): string {
  return page(
    'Sign in to your account',
    `<h1>Sign in</h1><p>to continue to ${escapeHtml(application)}</p>${form(
      place.action,
      'account',
      place.ctx,
      `${errorText(error)}<label for="login">Email address, phone number or user name</label>
<input id="login" name="login" type="email" autocomplete="username" autofocus value="${escapeHtml(typed)}"${error === undefined ? '' : ' aria-describedby="error" aria-invalid="true"'}>
${cancelLink(place)}<div class="buttons"><button type="submit">Next</button></div>`,
    )}`,
  )
}

export function pickPage(place: Place, users: readonly User[]): string {
  const tiles = users
    .map(
      (user) =>
        `<button class="tile" name="login" value="${escapeHtml(user.signInName)}"><span class="face" aria-hidden="true">${escapeHtml(user.displayName.charAt(0))}</span><span><span>${escapeHtml(user.displayName)}</span><small>${escapeHtml(user.signInName)}</small></span></button>`,
    )
    .join('\n')
  const other = `<button class="tile" name="login" value=""><span class="face" aria-hidden="true">+</span><span>Use another account</span></button>`
  return page(
    'Pick an account',
    `<h1>Pick an account</h1>${form(place.action, 'pick', place.ctx, tiles + other)}${cancelLink(place)}`,
  )
}

export function passwordPage(place: Place, login: string, error?: string): string {
  return page(
    'Sign in to your account',
    `<span class="who">${escapeHtml(login)}</span><h1>Enter password</h1>${form(
      place.action,
      'password',
      place.ctx,
      `${errorText(error)}<input type="hidden" name="login" value="${escapeHtml(login)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" autofocus${error === undefined ? '' : ' aria-describedby="error" aria-invalid="true"'}>
${cancelLink(place)}<div class="buttons"><button type="submit">Sign In</button></div>`,
    )}`,
  )
}

export function multiFactorPage(place: Place, user: User, number: number): string {
  return page(
    'Approve sign in request',
    `<span class="who">${escapeHtml(user.signInName)}</span><h1>Approve sign in request</h1>
<p>Open your authenticator app and enter the number shown to sign in.</p><p class="number">${number}</p>${form(
      place.action,
      'approve',
      place.ctx,
      `${cancelLink(place)}<div class="buttons"><button type="submit">Approve</button></div>`,
    )}`,
  )
}

export function consentPage(
  place: Place,
  application: string,
  user: User,
  scopes: readonly string[],
  audience: 'self' | 'choice' | 'organization',
): string {
  const items = scopes.map(
    (scope) => `<li>${escapeHtml(scope.replaceAll('.', ' '))} <small>(${escapeHtml(scope)})</small></li>`,
  )
  const everyone = `<label class="check"><input type="checkbox" name="everyone" value="yes"> Consent on behalf of your organization</label>`
  return page(
    'Permissions requested',
    `<span class="who">${escapeHtml(user.signInName)}</span><h1>Permissions requested</h1>
${audience === 'organization' ? '<p>Review for your organization</p>' : ''}<p><strong>${escapeHtml(application)}</strong> would like to:</p><ul>${items.join('')}</ul>${form(
      place.action,
      'consent',
      place.ctx,
      `${audience === 'choice' ? everyone : ''}<p>Accepting these permissions means that you allow this app to use your data as specified in their terms of service and privacy statement.</p>
<div class="buttons"><button type="submit" class="quiet" name="answer" value="cancel">Cancel</button><button type="submit" name="answer" value="accept">Accept</button></div>`,
    )}`,
  )
}

export function approvalPage(place: Place, application: string, user: User): string {
  return page(
    'Need admin approval',
    `<span class="who">${escapeHtml(user.signInName)}</span><h1>Need admin approval</h1>
<p><strong>${escapeHtml(application)}</strong></p>
<p>${escapeHtml(application)} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
<p>Have an admin account? Sign in with that account.</p>${cancelLink(place, 'Return to the application without granting consent')}`,
  )
}

export type Problem = {
  readonly title: string
  readonly text: string
  readonly number: number
  readonly requestId: string
  readonly correlationId: string
  readonly timestamp: string
}

/** Errors that stay on the page: the application never hears of them. */
export function errorPage(problem: Problem): string {
  return page(
    'Sign in to your account',
    `<h1>${escapeHtml(problem.title)}</h1><p role="alert">${escapeHtml(problem.text)}</p>
<dl><dt>Error Code</dt><dd>${problem.number}</dd><dt>Request Id</dt><dd>${problem.requestId}</dd><dt>Correlation Id</dt><dd>${problem.correlationId}</dd><dt>Timestamp</dt><dd>${problem.timestamp}</dd></dl>`,
  )
}

export function signedOutPage(): string {
  return page(
    'Sign out',
    `<h1>You signed out of your account</h1><p>It's a good idea to close all browser windows.</p>`,
  )
}

/** `response_mode=form_post`: sends the parameters on by itself, or by hand without scripts. */
export function formPostPage(address: string, parameters: ReadonlyMap<string, string>): string {
  const fields = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return page(
    'Working...',
    `<form method="post" name="hiddenform" action="${escapeHtml(address)}">${fields.join('')}<p>Continue to the application.</p><div class="buttons"><button type="submit">Continue</button></div></form><script>document.forms[0].submit()</script>`,
  )
}
