/** What lies between this server and Microsoft: a sign-in service that cannot be reached and clocks that differ, in each method. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { assertClean, cleanLab, setFaults, type Way, walk } from './fault-walk.ts'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: ['global', 'usgov', 'china'] })
})
after(() => lab.stop())
afterEach(async () => {
  for (const cloud of ['global', 'usgov', 'china'] as const) await cleanLab(lab, { cloud })
})

const ways: readonly Way[] = [
  { method: 'credential', cloud: 'global', credentialKind: 'password', end: 'save' },
  { method: 'device-code', cloud: 'usgov', credentialKind: 'certificate', end: 'save' },
  { method: 'manual', cloud: 'china', credentialKind: 'certificate', end: 'save' },
]

// The walk of the one-time code holds the server's longer waits, and so would wait for ever.
for (const way of ways.filter(({ method }) => method !== 'device-code')) {
  test(`${way.method}: while the sign-in service cannot be reached that is said, and afterwards it goes on`, async () => {
    // More than one attempt makes by itself: a domain is asked about once each time, a sign-in several times.
    const times = way.method === 'manual' ? 4 : 12
    await setFaults(lab, way.cloud, [{ match: { server: 'login' }, times, fault: 'reset' }])
    const walked = await walk(lab, way)
    const told = walked.told.join(' ')
    assert.match(told, /MSG_UNREACHABLE|ONB_TENANT_UNKNOWN/)
    assert.equal(walked.view.state, 'saved', told)
    await assertClean(lab, way, walked, told)
  })
}

for (const way of ways.filter(({ credentialKind }) => credentialKind === 'certificate')) {
  for (const minutes of [-20, 20]) {
    test(`${way.method}: a clock that is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'behind' : 'ahead'} is named, and nothing is saved`, async () => {
      const { clock } = lab.tenant(way.cloud)
      clock.advance(minutes * 60)
      try {
        const walked = await walk(lab, way)
        const { state, error } = walked.view
        assert.notEqual(state, 'saved')
        assert.match(`${error?.title} ${error?.why} ${error?.detail}`, /clock/i)
        if (state === 'failed') await assertClean(lab, way, walked, 'clock')
      } finally {
        clock.advance(-minutes * 60)
      }
    })
  }
}
