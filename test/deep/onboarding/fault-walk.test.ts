/** Every request of an onboarding fails once in every way: each walk ends in one organization with one application, or in nothing. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { cloudNames } from '../../../simulator/tenant/index.ts'
import { covers } from '../../covers.ts'
import { troubles, type Way, walkThroughTroubles } from '../../onboarding/fault-walk.ts'
import { type Lab, openLab } from '../../onboarding/lab.ts'

let lab: Lab
// The waits of a walk move the tenant's clock; Microsoft's library signs by the machine's, and soon they would be too far apart.
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

for (const cloud of cloudNames) {
  test(`Device Code Process in the cloud ${cloud}`, async () => {
    covers('device-code', ['global', 'usgov', 'usdod', 'china'], 'fault-walk')
    const credentialKind = cloud === 'china' ? 'certificate' : 'password'
    await walkThroughAll({ method: 'device-code', cloud, credentialKind, end: 'save' })
  })
}

// In the further clouds this walk does not come to its end yet: the table of what is tested shows it.
test('Manual Process in the cloud global', async () => {
  covers('manual', 'global', 'fault-walk')
  await walkThroughAll({ method: 'manual', cloud: 'global', credentialKind: 'password', end: 'save' }, 5)
})
