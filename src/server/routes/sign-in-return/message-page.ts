import type { FastifyReply } from 'fastify'

/** A page of two sentences, for a browser that cannot be led on. Both texts are our own. */
export function messagePage(
  reply: FastifyReply,
  status: number,
  title: string,
  remedy: string,
): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in with Microsoft</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>Sign-in with Microsoft</h1>
<p>${escapeHtml(title)}</p>
<p>${escapeHtml(remedy)}</p>
<p><a href="/">To the console</a></p>
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
