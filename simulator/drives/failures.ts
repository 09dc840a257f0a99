import { GraphError } from '../graph/errors.ts'

/** SharePoint's own words for what went wrong. */
export const itemNotFound = (): GraphError =>
  new GraphError(404, 'itemNotFound', 'The resource could not be found.')

export const accessDenied = (): GraphError => new GraphError(403, 'accessDenied', 'Access denied')

export const invalidRequest = (message: string): GraphError => new GraphError(400, 'invalidRequest', message)

export const nameExists = (): GraphError =>
  new GraphError(409, 'nameAlreadyExists', 'An item with the same name already exists under the parent')

export const malwareDetected = (): GraphError =>
  new GraphError(403, 'malwareDetected', 'Malware was detected in this resource.', {
    headers: { 'x-virus-infected': 'true' },
  })

export const quotaReached = (): GraphError =>
  new GraphError(507, 'quotaLimitReached', 'Insufficient Space Available')

/** Names that neither OneDrive nor SharePoint takes ("Restrictions and limitations in OneDrive and SharePoint", 2026). */
export const checkName = (name: string): void => {
  const reserved = /^(\.lock|con|prn|aux|nul|com\d|lpt\d|desktop\.ini)$/i
  const bad =
    name === '' ||
    name !== name.trim() ||
    name.endsWith('.') ||
    name.length > 400 ||
    /["*:<>?/\\|]/.test(name) ||
    reserved.test(name) ||
    name.includes('_vti_') ||
    name.startsWith('~$')
  if (bad) throw invalidRequest('The provided name cannot contain illegal characters or be a reserved name.')
}
