import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './problem.ts'

/** Repeats what a restart of the server explains; an answer that says what is wrong is shown at once. */
export function isWorthRepeating(failures: number, error: unknown): boolean {
  const status = error instanceof ApiError ? error.problem.status : 0
  return failures < 2 && (status === 0 || status === 502 || status === 503)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: isWorthRepeating, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
})
