import type { GraphRequest } from '../graph/graph-types.ts'

/** One request to Graph whose body alone is of interest. */
export type GraphCall = <T>(request: GraphRequest) => Promise<T>
