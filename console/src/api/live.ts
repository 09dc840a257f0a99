/**
 * Server-sent events into the query cache. The browser reconnects by itself after a lost connection; when it gives up (an
 * HTTP error), we try again after a growing wait. While there is no connection, `useIsLive` is false and the queries poll.
 */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { AppEvent, Page, RunView } from '../../../src/contract/index.ts'
import { apiAddress } from './client.ts'
import { keys } from './keys.ts'

const topics = [
  'onboarding',
  'administrator-task',
  'organization',
  'organization-check',
  'removal',
  'run',
  'restore',
  'alert',
  'approval',
] as const
const longestWait = 30_000

let live = false
const listeners = new Set<() => void>()

function setLive(value: boolean) {
  if (live === value) return
  live = value
  for (const listener of listeners) listener()
}

/** Whether events arrive; false means that pages must poll. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => live,
  )
}

/** Milliseconds between two polls of something that changes by itself: rare while events arrive, short otherwise. */
export function usePollInterval(active: boolean): number | false {
  const isLive = useIsLive()
  if (!active) return false
  return isLive ? 15_000 : 2_500
}

/** Puts a changed row into the cached pages of a list; a row that is not there asks for the list again. */
function replaceRow<T extends { readonly id: string }>(client: QueryClient, key: readonly unknown[], row: T) {
  let found = false
  client.setQueriesData<InfiniteData<Page<T>>>({ queryKey: key }, (data) => {
    if (!data?.pages) return data
    return {
      ...data,
      pages: data.pages.map((page) => ({
        ...page,
        items: page.items.map((item) => {
          if (item.id !== row.id) return item
          found = true
          return row
        }),
      })),
    }
  })
  if (!found) void client.invalidateQueries({ queryKey: key })
}

const finishedRun = (run: RunView) => run.finishedAt !== null

function apply(client: QueryClient, event: AppEvent) {
  switch (event.topic) {
    case 'alert':
      void client.invalidateQueries({ queryKey: keys.alerts })
      break
    case 'approval':
      // Not the list of the page, where a dialog stays open until its outcome was read.
      void client.invalidateQueries({ queryKey: [...keys.approvals, 'open'] })
      break
    case 'onboarding':
      client.setQueryData(keys.onboarding(event.view.id), event.view)
      replaceRow(client, keys.onboardings, event.view)
      break
    case 'administrator-task':
      client.setQueryData(keys.task(event.view.id), event.view)
      replaceRow(client, keys.tasks(event.view.organizationId), event.view)
      break
    case 'organization':
      client.setQueryData(keys.organization(event.view.id), event.view)
      replaceRow(client, keys.organizations, event.view)
      break
    case 'organization-check':
      void client.invalidateQueries({ queryKey: keys.organizationChecks(event.view.organizationId) })
      break
    case 'removal':
      client.setQueryData(keys.removal(event.view.id), event.view)
      for (const key of [
        keys.removals,
        keys.organizations,
        keys.removedOrganizations,
        keys.organization(event.view.organizationId),
      ])
        void client.invalidateQueries({ queryKey: key })
      break
    case 'run':
      client.setQueryData(keys.run(event.view.id), event.view)
      replaceRow(client, keys.runs(event.view.organizationId), event.view)
      if (finishedRun(event.view)) {
        // A new restore point: everything read from the catalog may be newer.
        for (const key of [
          keys.organizations,
          keys.organization(event.view.organizationId),
          ['mailboxes'],
          ['folders'],
          ['restore-points'],
          keys.run(event.view.id),
        ])
          void client.invalidateQueries({ queryKey: key })
      }
      break
    case 'restore':
      client.setQueryData(keys.restore(event.view.id), event.view)
      replaceRow(client, keys.restores(event.view.organizationId), event.view)
      if (event.view.finishedAt) void client.invalidateQueries({ queryKey: keys.restoreItems(event.view.id) })
      break
  }
}

/** Listens until the returned function is called. */
export function startLiveUpdates(client: QueryClient): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = 1_000
  let stopped = false

  function open() {
    source = new EventSource(apiAddress('/events'))
    source.onopen = () => {
      wait = 1_000
      setLive(true)
      // What happened while nobody listened is fetched again, also what the page had read before it began to listen.
      void client.invalidateQueries()
    }
    source.onerror = () => {
      setLive(false)
      if (source?.readyState !== EventSource.CLOSED || stopped) return
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, longestWait)
    }
    for (const topic of topics) {
      source.addEventListener(topic, (message: MessageEvent<string>) => {
        apply(client, { topic, view: JSON.parse(message.data) } as AppEvent)
      })
    }
  }

  open()
  return () => {
    stopped = true
    clearTimeout(timer)
    source?.close()
    setLive(false)
  }
}
