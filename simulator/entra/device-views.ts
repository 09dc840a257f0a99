/** The pages of a device code: typing it, confirming the application, the end. */
import type { User } from '../tenant/index.ts'
import { errorText, escapeHtml, form, page } from './html.ts'
import type { Place } from './views.ts'

/** `action` is the address of this same page. */
export function enterCodePage(action: string, typed = '', error?: string): string {
  return page(
    'Sign in to your account',
    `<h1>Enter code to allow access</h1><p>Once you enter the code displayed on your app or device, it will have access to your account. Do not enter codes from sources you don't trust.</p><form method="post" action="${escapeHtml(action)}" novalidate>
${errorText(error)}<label for="otc">Code</label>
<input id="otc" name="otc" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" autofocus value="${escapeHtml(typed)}"${error === undefined ? '' : ' aria-describedby="error" aria-invalid="true"'}>
<div class="buttons"><button type="submit">Next</button></div></form>`,
  )
}

export function confirmPage(place: Place, application: string, user: User): string {
  return page(
    'Sign in to your account',
    `<span class="who">${escapeHtml(user.signInName)}</span><h1>Are you trying to sign in to ${escapeHtml(application)}?</h1>
<p>Only continue if you downloaded the app from a store or website that you trust.</p>${form(
      place.action,
      'confirm',
      place.ctx,
      `<div class="buttons"><button type="submit" class="quiet" name="answer" value="cancel">Cancel</button><button type="submit" name="answer" value="continue">Continue</button></div>`,
    )}`,
  )
}

export function deviceDonePage(application: string, approved: boolean): string {
  const name = escapeHtml(application)
  return approved
    ? page(
        'Sign in to your account',
        `<h1>${name}</h1><p>You have signed in to the ${name} application on your device. You may now close this window.</p>`,
      )
    : page(
        'Sign in to your account',
        `<h1>${name}</h1><p>You have declined the sign-in on your device. You may now close this window.</p>`,
      )
}
