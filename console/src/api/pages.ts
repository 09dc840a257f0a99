import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Page } from '../../../src/contract/index.ts'
import { api, type Query } from './client.ts'

/** An endless list over a paged resource: each further page is asked for with the cursor of the one before. */
export function pagedQuery<T>(key: readonly unknown[], path: string, query: Query = {}) {
  return infiniteQueryOptions({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<T>>(path, { query: { ...query, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
}

/** All rows of the pages loaded so far. */
export function rowsOf<T>(data: { readonly pages: readonly Page<T>[] } | undefined): T[] {
  return data ? data.pages.flatMap((page) => page.items) : []
}

/** A bounded list that is needed whole (the folders of a mailbox): follows the cursors to the end. */
export async function allPages<T>(path: string, query: Query, signal: AbortSignal): Promise<T[]> {
  const rows: T[] = []
  let cursor: string | undefined
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { query: { ...query, limit: 500, cursor }, signal })
    rows.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return rows
}
