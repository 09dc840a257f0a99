import type { FastifyInstance } from 'fastify'
import type { Tenant } from '../tenant/index.ts'

/** Control functions of the mail side, reached by `POST /_control/mail/:verb`. */
export type MailControl = Record<string, (body: unknown) => unknown>

export function registerMail(_app: FastifyInstance, _tenant: Tenant): MailControl {
  return {}
}
