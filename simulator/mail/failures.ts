import { GraphError } from '../graph/errors.ts'

/** Exchange's own words for what went wrong. */
export const itemNotFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')

export const badQuery = (message: string): GraphError =>
  new GraphError(400, 'RequestBroker--ParseUri', message)

export const badBody = (message: string): GraphError => new GraphError(400, 'RequestBodyRead', message)

export const badProperty = (message: string): GraphError =>
  new GraphError(400, 'ErrorInvalidProperty', message)

export const accessDenied = (): GraphError =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
