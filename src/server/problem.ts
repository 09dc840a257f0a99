import type { FastifyError } from 'fastify'
import type { Problem } from '../contract/index.ts'
import { type AppError, isAppError } from '../errors/index.ts'
import { toProblem as problemOf } from '../organizations/index.ts'
import { fail } from './errors.ts'

/** Problem details (RFC 9457) of an error of the product, with the request's id. */
export function toProblem(error: AppError, requestId: string): Problem {
  return { ...problemOf(error), requestId }
}

/** Any error as one of the catalogue: fastify's own by their codes, everything unexpected as SRV_INTERNAL. */
export function toAppError(error: unknown, requestId: string): AppError {
  if (isAppError(error)) return error
  const { code, validation, validationContext, statusCode, message } = Object(error) as Partial<FastifyError>
  if (validation) return invalidInput(validation, validationContext ?? 'body')
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('SRV_TOO_LARGE')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return fail('SRV_UNSUPPORTED_MEDIA')
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return fail('SRV_INVALID_JSON')
    default:
  }
  if (error instanceof SyntaxError && statusCode === 400) return fail('SRV_INVALID_JSON')
  if (statusCode && statusCode >= 400 && statusCode < 500 && code?.startsWith('FST_')) {
    return fail('SRV_BAD_REQUEST', { reason: message ?? code })
  }
  return fail('SRV_INTERNAL', { requestId }, error)
}

/** Names the field by its path: `body.password`, `query.limit`. */
function invalidInput(validation: NonNullable<FastifyError['validation']>, context: string): AppError {
  const part = context === 'querystring' ? 'query' : context
  const [first] = validation
  const params = Object(first?.params) as Record<string, unknown>
  const missing = Array.isArray(params['requiredProperties']) ? String(params['requiredProperties'][0]) : null
  const path = (first?.instancePath ?? '').split('/').filter((name) => name !== '')
  const field = [part, ...path, ...(missing === null ? [] : [missing])].join('.')
  return fail('SRV_INVALID_INPUT', {
    field,
    reason: missing === null ? (first?.message ?? 'is not valid') : 'is missing',
  })
}
