/**
 * The way back from Microsoft's sign-in: `GET /` with `state` and `code` or `error`. The built-in sign-in client may return
 * to the root path of localhost only, which is also the console's first page, so the query decides between the two. The
 * browser is answered in every case, and never with anything from the query.
 */
import Type from 'typebox'
import { isAppError } from '../../../errors/index.ts'
import type { SignInReturns } from '../../../onboarding/index.ts'
import type { ApiServer } from '../../api-server.ts'

const SignInReturnQuery = Type.Object({
  state: Type.Optional(Type.String({ maxLength: 200 })),
  code: Type.Optional(Type.String({ maxLength: 8192 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  error_description: Type.Optional(Type.String({ maxLength: 4096 })),
})

/** Takes the server itself and not the API's part of it: the address has no prefix. */
export function registerSignInReturn(
  app: ApiServer,
  services: { readonly signInReturns: SignInReturns },
): void {
  app.get(
    '/',
    { config: { access: 'optional' }, schema: { hide: true, querystring: SignInReturnQuery } },
    async (request, reply) => {
      const { state, code, error, error_description: errorDescription } = request.query
      if (!state || !(code || error)) return reply.sendConsole()
      reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      if (!request.session) {
        return reply
          .code(401)
          .type('text/html; charset=utf-8')
          .send(
            page(
              'You are not signed in to the console in this browser.',
              'Sign in to the console first, open the onboarding there, and start the sign-in with Microsoft again.',
            ),
          )
      }
      try {
        const path = await services.signInReturns.complete(
          { state, code: code || undefined, error, errorDescription },
          request.session.id,
        )
        return reply.redirect(path, 303)
      } catch (failure) {
        if (!isAppError(failure)) throw failure
        return reply
          .code(failure.status)
          .type('text/html; charset=utf-8')
          .send(page(failure.message, failure.remedy))
      }
    },
  )
}

/** Both texts come from the error catalogue. */
function page(title: string, remedy: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in with Microsoft</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>Sign-in with Microsoft</h1>
<p>${escapeHtml(title)}</p>
<p>${escapeHtml(remedy)}</p>
<p><a href="/">To the console</a></p>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
