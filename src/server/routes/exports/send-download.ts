import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A file that a browser saves and never shows: mails come from strangers. */
export function sendDownload(
  reply: FastifyReply,
  file: {
    readonly name: string
    readonly contentType: string
    readonly size?: number
    readonly content: Readable | Buffer
  },
): FastifyReply {
  return reply
    .headers({
      ...downloadHeaders(file.name, file.contentType),
      ...(file.size === undefined ? {} : { 'content-length': file.size }),
    })
    .send(file.content)
}

/** What makes a browser save an answer, and never show it. */
export function downloadHeaders(name: string, contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-disposition': contentDisposition(name),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cache-control': 'no-store',
  }
}

/** What lets a browser show an answer that is only pixels or plain text, in a frame of ours and without any power. */
export function shownHeaders(contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'self'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  }
}

/** RFC 6266: a plain name for old clients, the true one encoded. Nothing of the name can end the header. */
export function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
