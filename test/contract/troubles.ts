/** Troubles that a seed chooses: throttling, errors of servers, cut connections, lost positions; and pages that repeat, turn around and are empty. */
import type { Ask } from './tenant-state.ts'

const passing = ['throttled', 'unavailable', 'server-error', 'reset']

/** Every fourth request or so fails once or twice; each round over changes may lose its position once. */
export async function troubleEverything(ask: Ask, seed: string): Promise<void> {
  const lost = (body: object) => ({ chance: 0.4, seed, per: 'path', respond: { status: 410, body } })
  await ask('faults', [
    {
      match: { server: 'graph', path: '/drives/.*delta\\?.*token=.' },
      ...lost({ error: { code: 'resyncRequired', innerError: { code: 'resyncChangesApplyDifferences' } } }),
    },
    {
      match: { server: 'graph', path: '/users/.*delta\\?.*token=.' },
      ...lost({ error: { code: 'SyncStateNotFound', message: 'The sync state generation is not found.' } }),
    },
    { match: { server: 'graph' }, chance: 0.15, seed, most: 2, oneOf: passing },
    { match: { server: 'content' }, chance: 0.15, seed, most: 2, oneOf: passing },
    { match: { server: 'login', path: '/token' }, chance: 1, seed, per: 'path', oneOf: passing },
  ])
  const pages = { emptyPages: true, duplicates: true, shuffle: true, replay: true, largestPage: 7 }
  await ask('mail/behaviour', pages)
  await ask('drives/behaviour', { ...pages, breakAfterBytes: 1_000, breaks: 5 })
}

export async function endTroubles(ask: Ask): Promise<void> {
  await ask('faults', [])
  const quiet = { emptyPages: false, duplicates: false, shuffle: false, replay: false }
  await ask('mail/behaviour', quiet)
  await ask('drives/behaviour', { ...quiet, breaks: 0 })
}

/** What Exchange and SharePoint answer to a position that they do not keep any more; each of theirs is met. */
export const dialects = [
  { mail: '410 SyncStateNotFound', drives: 'resyncChangesApplyDifferences' },
  { mail: '410 ResyncRequired', drives: 'resyncChangesUploadDifferences' },
  { mail: '400 SyncStateInvalid', drives: 'resyncRequired' },
  { mail: '410 syncStateNotFound', drives: 'resyncApplyDifferences' },
  { mail: '410 resyncRequired', drives: 'resyncUploadDifferences' },
]

export async function loseEveryPosition(
  ask: Ask,
  { mail, drives }: (typeof dialects)[number],
): Promise<void> {
  await ask('mail/behaviour', { resync: mail })
  await ask('drives/behaviour', { resync: drives })
  await ask('mail/expireDelta')
  await ask('drives/expireDelta')
}
