import type { FastifyReply } from 'fastify'

/** A page of two sentences, for a browser that cannot be led on. All texts are our own. */
export function messagePage(
  reply: FastifyReply,
  status: number,
  title: string,
  remedy: string,
  { heading, back }: { readonly heading: string; readonly back: readonly [path: string, name: string] } = {
    heading: 'Sign-in with Microsoft',
    back: ['/', 'To the console'],
  },
): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>${heading}</h1>
<p>${escapeHtml(title)}</p>
<p>${escapeHtml(remedy)}</p>
<p><a href="${back[0]}">${back[1]}</a></p>
</body>
</html>
`)
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
