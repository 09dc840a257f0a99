/** Graph's error envelope. Handlers throw GraphError; the app turns it into Microsoft's JSON. */
export type GraphErrorOptions = {
  readonly details?: readonly { code: string; message: string; target?: string }[]
  readonly headers?: Readonly<Record<string, string>>
  /** Extra members of `innerError`, such as a more specific `code`. */
  readonly inner?: Readonly<Record<string, unknown>>
}

export class GraphError extends Error {
  readonly status: number
  readonly code: string
  readonly options: GraphErrorOptions

  constructor(status: number, code: string, message: string, options: GraphErrorOptions = {}) {
    super(message)
    this.name = 'GraphError'
    this.status = status
    this.code = code
    this.options = options
  }
}

/** The JSON body of an error, dated by the tenant's clock. */
export function errorBody(
  error: { code: string; message: string; options: GraphErrorOptions },
  at: number,
  requestId: string,
  clientRequestId: string,
): unknown {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.options.details === undefined ? {} : { details: error.options.details }),
      innerError: {
        ...error.options.inner,
        date: new Date(at).toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': clientRequestId,
      },
    },
  }
}

/** 404 of the directory: the object is not there, or not yet. */
export function notFound(id: string): GraphError {
  return new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )
}

/** 403 of the directory. */
export function requestDenied(message = 'Insufficient privileges to complete the operation.'): GraphError {
  return new GraphError(403, 'Authorization_RequestDenied', message)
}

export function badRequest(message: string, details?: GraphErrorOptions['details']): GraphError {
  return new GraphError(400, 'Request_BadRequest', message, details === undefined ? {} : { details })
}
