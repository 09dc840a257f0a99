/**
 * restic's REST protocol for the repositories of the vault, each at its organization's id: reading, and the locks that reading needs. HTTP
 * Basic in front; an organization that does not exist, has no repository or lets nobody in is answered like a wrong password.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ResticAccessView } from '../../contract/index.ts'
import {
  askForBasic,
  type BasicCredentials,
  createFailureThrottle,
  createRestHandler,
  type RestAccess,
  type RestHandler,
  readBasic,
} from '../../repository/index.ts'
import type { Clock, Logger } from '../../shared/index.ts'
import type { RepositoryAccess } from '../repositories.ts'
import type { ResticAccesses } from './restic-accesses.ts'

export interface ResticEndpoint {
  /** Answers one request and never rejects. `path` is relative to the repository and begins with a slash. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    asked: { readonly organizationId: string; readonly path: string; readonly caller: string },
  ): Promise<void>
}

/** A caller is named in the log anew after so many milliseconds of silence. */
const visitEnds = 10 * 60_000
const mostVisits = 10_000

export function createResticEndpoint(parts: {
  readonly accesses: ResticAccesses
  readonly repositories: RepositoryAccess
  readonly clock: Clock
  readonly logger: Logger
}): ResticEndpoint {
  const { accesses, repositories, clock, logger } = parts
  const throttle = createFailureThrottle(clock)
  const handlers = new Map<string, Promise<RestHandler>>()
  const visits = new Map<string, number>()

  /** Undefined when it has answered already. */
  const admit = async (
    request: IncomingMessage,
    response: ServerResponse,
    organizationId: string,
    caller: string,
  ): Promise<ResticAccessView | undefined> => {
    const seconds = throttle.blockedFor(caller)
    if (seconds > 0) {
      response.writeHead(429, { 'retry-after': String(seconds), connection: 'close' }).end()
      return undefined
    }
    const given = readBasic(request)
    const access = given && (await accesses.verify(organizationId, given))
    if (access) throttle.succeeded(caller)
    else {
      if (given) refused(organizationId, given, caller)
      askForBasic(response, 'restic')
    }
    return access
  }
  const refused = (organizationId: string, { user }: BasicCredentials, caller: string) => {
    throttle.failed(caller)
    logger.warn({ organizationId, user: user.slice(0, 100), caller }, 'access with restic was refused')
  }
  const handlerOf = (organizationId: string): Promise<RestHandler> => {
    const known = handlers.get(organizationId)
    if (known) return known
    const made = repositories
      .backend(organizationId)
      .then((backend) => createRestHandler(backend, { mode: 'read-only', onAccess: record }))
    handlers.set(organizationId, made)
    made.catch(() => handlers.delete(organizationId))
    return made
  }
  const record = ({ error, ...access }: RestAccess) => {
    if (error) logger.warn({ ...access, err: error }, 'a request of restic could not be answered')
    else if (access.status === 403) logger.info(access, 'restic was refused to change a repository')
    else logger.debug(access, 'restic asked')
  }
  const noteVisit = (access: ResticAccessView, organizationId: string, caller: string) => {
    const key = `${access.id} ${caller}`
    const now = clock.now()
    const last = visits.get(key) ?? Number.NEGATIVE_INFINITY
    visits.delete(key)
    visits.set(key, now)
    const [oldest] = visits.keys()
    if (visits.size > mostVisits && oldest !== undefined) visits.delete(oldest)
    if (now - last < visitEnds) return
    logger.info(
      { organizationId, access: access.id, user: access.userName, caller },
      'a repository is read with restic',
    )
  }

  return {
    async handle(request, response, { organizationId, path, caller }) {
      try {
        const access = await admit(request, response, organizationId, caller)
        if (!access) return
        noteVisit(access, organizationId, caller)
        await (await handlerOf(organizationId))(request, response, path)
      } catch (error) {
        logger.warn({ organizationId, err: error }, 'a request of restic could not be answered')
        if (response.headersSent) response.destroy()
        else response.writeHead(503, { connection: 'close' }).end()
      }
    },
  }
}
