export {
  askForBasic,
  type BasicCredentials,
  createFailureThrottle,
  type FailureThrottle,
  readBasic,
  sameText,
} from './basic-access.ts'
export {
  createRestHandler,
  type RestAccess,
  type RestHandler,
  type RestHandlerOptions,
} from './rest-handler.ts'
export { createRestServer, type RestServerOptions } from './rest-server.ts'
export type { RestMode } from './rest-target.ts'
