/** A browser without scripts that goes through the simulated sign-in pages by form posts. */
import { request } from 'undici'

export type Landing =
  /** Microsoft sent the browser back to the console. */
  | { readonly kind: 'returned'; readonly query: URLSearchParams; readonly address: string }
  /** The browser stays at Microsoft. */
  | { readonly kind: 'page'; readonly text: string }

async function visit(url: string, form?: Record<string, string>) {
  const answer = await request(url, {
    method: form ? 'POST' : 'GET',
    ...(form && {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    }),
  })
  const text = await answer.body.text()
  const location = answer.headers.location
  return { text, location: typeof location === 'string' ? location : undefined }
}

function landing(answer: { text: string; location: string | undefined }): Landing {
  if (answer.location === undefined) return { kind: 'page', text: answer.text }
  return { kind: 'returned', query: new URL(answer.location).searchParams, address: answer.location }
}

const hidden = (text: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''

/** Types user name and password, and answers Microsoft's consent page when told how; answers what the browser ends on. */
export async function signIn(
  authorizationUrl: string,
  person: { upn: string; password: string },
  consent?: 'accept' | 'cancel',
): Promise<Landing> {
  const first = await visit(authorizationUrl)
  if (first.location !== undefined) return landing(first)
  const action = new URL(/action="([^"]+)"/.exec(first.text)?.[1] ?? '', authorizationUrl).href
  const ctx = hidden(first.text, 'ctx')
  await visit(action, { step: 'account', ctx, login: person.upn })
  const last = await visit(action, { step: 'password', ctx, login: person.upn, password: person.password })
  if (consent === undefined || !last.text.includes('name="step" value="consent"')) return landing(last)
  return landing(await visit(action, { step: 'consent', ctx, answer: consent }))
}

/** Chooses the way out of the sign-in page. */
export async function cancelSignIn(authorizationUrl: string): Promise<Landing> {
  const first = await visit(authorizationUrl)
  const link = /href="([^"]*cancel[^"]*)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  return landing(await visit(new URL(link, authorizationUrl).href))
}

export type Answer = 'continue' | 'cancel'

/** Types the code on the page it belongs to, signs in, and says whether it is that application. Answers the last page. */
export async function enterCode(
  code: { readonly verificationAddress: string; readonly userCode: string },
  person: { upn: string; password: string },
  answer: Answer,
): Promise<string> {
  const place = code.verificationAddress
  const account = await visit(place, { otc: code.userCode })
  const action = new URL(/action="([^"]+)"/.exec(account.text)?.[1] ?? '', place).href
  const ctx = hidden(account.text, 'ctx')
  await visit(action, { step: 'account', ctx, login: person.upn })
  const confirm = await visit(action, { step: 'password', ctx, login: person.upn, password: person.password })
  if (!confirm.text.includes('Are you trying to sign in')) return confirm.text
  return (await visit(action, { step: 'confirm', ctx, answer })).text
}
