/** Every request of an onboarding fails once in every way: each walk ends in one organization with one application, or in nothing. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { cloudNames } from '../../../simulator/tenant/index.ts'
import { covers } from '../../covers.ts'
import { troubles, type Way, walkThroughTroubles } from '../../onboarding/fault-walk.ts'
import { type Lab, openLab } from '../../onboarding/lab.ts'

let lab: Lab
beforeEach(async () => {
  lab = await openLab({ clouds: cloudNames })
})
afterEach(() => lab.stop())

/** Each walk is a whole onboarding with all of its requests; none is left out. */
async function walkThroughAll(way: Way, atLeast = 10): Promise<void> {
  const walks = await walkThroughTroubles(lab, way, () => true)
  assert.ok(walks >= atLeast * troubles.length, `${walks} walks`)
}

const credentialWays = [
  { credentialKind: 'password', end: 'save' },
  { credentialKind: 'password', end: 'cancel' },
  { credentialKind: 'certificate', end: 'save' },
] as const

for (const { credentialKind, end } of credentialWays) {
  test(`Automatic Credential Process, ${credentialKind}, ${end}`, async () => {
    covers('credential', 'global', 'fault-walk')
    await walkThroughAll({ method: 'credential', cloud: 'global', credentialKind, end })
  })
}

// Where the key pair of each walk takes its time, every other cloud will do: the walk does not know the cloud otherwise.
const codeWays = [
  { cloud: 'global', credentialKind: 'password' },
  { cloud: 'usgov', credentialKind: 'certificate' },
  { cloud: 'usdod', credentialKind: 'password' },
  { cloud: 'china', credentialKind: 'certificate' },
] as const

for (const way of codeWays) {
  test(`Device Code Process in the cloud ${way.cloud}, ${way.credentialKind}`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'fault-walk')
    await walkThroughAll({ method: 'device-code', ...way, end: 'save' })
  })
}

for (const cloud of cloudNames) {
  for (const credentialKind of ['password', 'certificate'] as const) {
    test(`Manual Process in the cloud ${cloud}, ${credentialKind}`, async () => {
      covers('manual', ['global', 'usgov', 'usdod', 'china'], 'fault-walk')
      await walkThroughAll({ method: 'manual', cloud, credentialKind, end: 'save' }, 5)
    })
  }
}
