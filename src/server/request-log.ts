import type { FastifyReply, FastifyRequest } from 'fastify'

/** No name reaches into the next parameter, so that an address of thousands of question marks costs no more than any other. */
const parameter = /([?&])([^=?&#]*)=[^&#]*/g
const secretName = /code|state|token|secret|password|assertion|^error_description$/i
/** Longest part of an address that is logged. */
const longest = 500

/** An address that can be logged: values of parameters that may be secrets are left out. */
export function redactUrl(url: string): string {
  return url
    .slice(0, longest)
    .replaceAll(parameter, (whole, mark: string, name: string) =>
      secretName.test(decoded(name)) ? `${mark}${name}=[redacted]` : whole,
    )
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
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
