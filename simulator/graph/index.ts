export { graphServerOptions, registerGraph } from './app.ts'
export type { Caller, Endpoint } from './permissions.ts'
