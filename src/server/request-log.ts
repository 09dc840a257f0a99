import type { FastifyReply, FastifyRequest } from 'fastify'

const secretParameter =
  /([?&](?:[^=&]*(?:code|state|token|secret|password|assertion)[^=&]*|error_description))=[^&#]*/gi

/** An address that can be logged: values of parameters that may be secrets are left out. */
export function redactUrl(url: string): string {
  return url.replaceAll(secretParameter, '$1=[redacted]').slice(0, 500)
}

/** One line for each answer. Health checks are too many to log unless asked for. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const details = {
    requestId: request.id,
    method: request.method,
    url: redactUrl(request.url),
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime),
    ...(request.session ? { operator: request.session.operator.id } : {}),
  }
  if (reply.statusCode >= 500) request.log.warn(details, 'answered')
  else request.log.debug(details, 'answered')
}
