/** A sample of the walk through all troubles (test/deep/onboarding/fault-walk.test.ts): each request fails once, in one way or another. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloudNames } from '../../simulator/tenant/index.ts'
import { troubles, type Way, walkThroughTroubles } from './fault-walk.ts'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab({ clouds: cloudNames })
})
after(() => lab.stop())

const ways: readonly (Way & { readonly every: number })[] = [
  { method: 'credential', cloud: 'global', credentialKind: 'password', end: 'save', every: 1 },
  { method: 'credential', cloud: 'global', credentialKind: 'certificate', end: 'cancel', every: 3 },
  { method: 'device-code', cloud: 'usdod', credentialKind: 'password', end: 'save', every: 2 },
  { method: 'device-code', cloud: 'china', credentialKind: 'certificate', end: 'save', every: 5 },
  { method: 'manual', cloud: 'usgov', credentialKind: 'password', end: 'save', every: 1 },
]

for (const [turn, { every, ...way }] of ways.entries()) {
  test(`a request that fails once leaves one application or none: ${way.method}, ${way.cloud}, ${way.credentialKind}, ${way.end}`, async () => {
    const walks = await walkThroughTroubles(
      lab,
      way,
      (nth, trouble) => nth % every === 0 && troubles.indexOf(trouble) === (nth + turn) % troubles.length,
    )
    assert.ok(walks >= 4, `${walks} walks`)
  })
}
