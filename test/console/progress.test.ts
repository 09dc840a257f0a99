import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restoreShare, runShare } from '../../console/src/features/run/progress.ts'
import type { RunView } from '../../src/contract/index.ts'

const counts: RunView['counts'] = {
  resourcesTotal: 10,
  resourcesDone: 2,
  resourcesFailed: 1,
  resourcesSkipped: 2,
  mailboxesTotal: 10,
  mailboxesDone: 2,
  mailboxesFailed: 1,
  mailboxesSkipped: 2,
  itemsTotal: 0,
  itemsStored: 50,
  itemsUpdated: 0,
  itemsRemoved: 0,
  itemsFailed: 0,
  itemsSkipped: 0,
  bytesRead: 0,
  bytesStored: 0,
  requests: 0,
  throttled: 0,
}

test('the share of a run is measured in mails when their number is expected', () => {
  assert.equal(runShare({ state: 'running', counts, itemsExpected: 200 }), 0.25)
})

test('the share of a run is measured in mailboxes when the number of mails is unknown', () => {
  assert.equal(runShare({ state: 'running', counts, itemsExpected: null }), 0.5)
})

test('the share of a run never exceeds the whole, and is unknown while it waits', () => {
  assert.equal(runShare({ state: 'running', counts, itemsExpected: 10 }), 1)
  assert.equal(runShare({ state: 'publishing', counts, itemsExpected: 10 }), 1)
  assert.equal(runShare({ state: 'queued', counts, itemsExpected: null }), undefined)
})

test('a restore counts what is restored, there already or failed', () => {
  assert.equal(restoreShare({ total: 4, restored: 1, alreadyThere: 1, failed: 1 }), 0.75)
  assert.equal(restoreShare({ total: 0, restored: 0, alreadyThere: 0, failed: 0 }), 0)
})
