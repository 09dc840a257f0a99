/** The body of a request for tokens or a device code: form fields, each once. */
import type { FastifyRequest } from 'fastify'
import { EntraError } from './errors.ts'

export type Form = ReadonlyMap<string, string>

/** Any other body counts as no fields at all; HTTP Basic adds its two. Throws 9000411 for a doubled field. */
export function readForm(request: FastifyRequest): Form {
  const form = new Map<string, string>()
  if (!(request.body instanceof URLSearchParams)) return form
  for (const [name, value] of request.body) {
    if (form.has(name)) {
      throw new EntraError(
        9000411,
        `The request is not properly formatted. The parameter '${name}' is duplicated.`,
      )
    }
    form.set(name, value)
  }
  const basic = /^basic (.+)$/i.exec(request.headers.authorization ?? '')
  if (basic) {
    const [id = '', secret = ''] = Buffer.from(basic[1] ?? '', 'base64')
      .toString('utf8')
      .split(':')
    form.set('client_id', decodeURIComponent(id))
    form.set('client_secret', decodeURIComponent(secret))
  }
  return form
}

/** Throws 900144 when the field is missing or empty. */
export function required(form: Form, name: string): string {
  const value = form.get(name)
  if (value === undefined || value === '') {
    throw new EntraError(900144, `The request body must contain the following parameter: '${name}'.`)
  }
  return value
}
