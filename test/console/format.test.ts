import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, formatDuration, secondsBetween } from '../../console/src/format/format.ts'

test('sizes have three digits at most', () => {
  assert.equal(formatBytes(0), '0 B')
  assert.equal(formatBytes(999), '999 B')
  assert.equal(formatBytes(1500), '1.5 KB')
  assert.equal(formatBytes(123_456_789), '123 MB')
})

test('durations are said in the two largest units', () => {
  assert.equal(formatDuration(45), '45 s')
  assert.equal(formatDuration(200), '3 min 20 s')
  assert.equal(formatDuration(7500), '2 h 5 min')
})

test('a duration is unknown while one end is', () => {
  assert.equal(secondsBetween('2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'), 60)
  assert.equal(secondsBetween('2026-01-01T00:00:00Z', null), null)
})
