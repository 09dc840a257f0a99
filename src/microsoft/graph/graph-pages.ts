import Type from 'typebox'
import type { GraphClient, GraphPage, GraphRequest, GraphResponse } from './graph-types.ts'

const Page = Type.Object({
  value: Type.Array(Type.Unknown()),
  '@odata.nextLink': Type.Optional(Type.String()),
  '@odata.deltaLink': Type.Optional(Type.String()),
})

interface RawPage<T> {
  readonly value: T[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.deltaLink'?: string
}

/**
 * Pages of a list, one at a time: the next is asked for only when the reader comes back. Links are opaque and followed verbatim;
 * headers and preferences go with every page, the query only with the first.
 */
export async function* readPages<T>(
  request: GraphClient['request'],
  asked: GraphRequest,
): AsyncGenerator<GraphPage<T>> {
  const first: GraphRequest = { schema: Page, ...asked, as: 'json' }
  const { query: _firstPageOnly, ...others } = first
  let next: GraphRequest | undefined = first
  while (next) {
    const response: GraphResponse<RawPage<T>> = await request<RawPage<T>>(next)
    const body: RawPage<T> = response.body
    const nextLink: string | undefined = body['@odata.nextLink']
    const deltaLink = body['@odata.deltaLink']
    yield {
      value: body.value,
      ...(nextLink === undefined ? {} : { nextLink }),
      ...(deltaLink === undefined ? {} : { deltaLink }),
    }
    next = nextLink === undefined ? undefined : { ...others, path: nextLink }
  }
}
